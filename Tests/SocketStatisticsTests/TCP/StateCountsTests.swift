// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SocketStatistics

struct StateCountsTests {
    @Test func aStateThatWasNotCountedIsNil() {
        let counts: StateCounts = [.listen: 2, .established: 3, .timeWait: 0]
        #expect(counts[.listen] == 2)
        #expect(counts[.timeWait] == 0)
        #expect(counts[.closing] == nil)
        #expect(counts.total == 5)
        #expect(counts.connections == 3)
        #expect(StateCounts().connections == 0)
    }

    @Test func aSumHasTheStatesThatWereCountedInBoth() {
        let sum: StateCounts = [.listen: 2, .established: 3] + [.established: 4, .closing: 1]
        #expect(sum == [.established: 7])
    }

    @Test func bothFamiliesAreAddedUp() {
        let counts = StateCounts(of: [.init(.ipv4, .listen): 1, .init(.ipv6, .listen): 2, .init(.ipv6, .close): 0])
        #expect(counts == [.listen: 3, .close: 0])
    }

    @Test func aPortIsFoundByItsNumber() {
        let ports = Breakdown<UInt16, StateCounts>([443: [.listen: 1, .established: 20]], others: [:])
        let statistics = TCPStatistics(ports: ports)
        #expect(statistics.ports?[443]?.connections == 20)
        #expect(statistics.ports?[443]?[.established] == 20)
        #expect(statistics.ports?[80] == nil)
        #expect(TCPStatistics().ports?[443] == nil)
    }

    @Test func whatWasNotCountedIsAbsent() {
        let statistics = TCPStatistics()
        #expect(statistics.queueBytes == nil)
        #expect(statistics.timers == nil)
        #expect(statistics[.established] == nil)
    }

    /// A contract with dashboards.
    @Test func theWordsAreThoseOfTheExposition() {
        #expect(
            TCPState.allCases.map(\.name) == [
                "established", "syn_sent", "syn_recv", "fin_wait1", "fin_wait2", "time_wait", "close", "close_wait",
                "last_ack", "listen", "closing", "bound_inactive",
            ])
        #expect(TCPTimer.allCases.map(\.name) == ["none", "retransmit", "keepalive", "time_wait", "zero_window_probe"])
        #expect(AddressFamily.allCases.map(\.name) == ["ipv4", "ipv6"])
    }
}
