// SPDX-License-Identifier: Apache-2.0

import SocketStatistics
import Testing

struct UNIXStatisticsTests {
    @Test func whatWasNotCountedIsNil() {
        let statistics = UNIXStatistics(sockets: [.init(.stream, .listen): 2, .init(.datagram, .close): 0])
        #expect(statistics[.stream, .listen] == 2)
        #expect(statistics[.datagram, .close] == 0)
        #expect(statistics[.stream, .close] == nil)
        #expect(statistics.total == 2)
        #expect(statistics.listeners == nil)
    }

    @Test func datagramsDoNotListen() {
        #expect(UNIXStatistics.Group.all.count == 8)
        #expect(!UNIXStatistics.Group.all.contains(.init(.datagram, .listen)))
    }

    @Test func wordsAreStable() {
        #expect(UNIXSocketKind.allCases.map(\.name) == ["stream", "dgram", "seqpacket"])
        #expect(UNIXState.allCases.map(\.name) == ["established", "close", "listen"])
    }

    @Test(arguments: [(0, 0, 0), (1, 0, 1), (5, 5, 0), (6, 5, 1)] as [(UInt64, UInt64, UInt64)])
    func aQueueIsFullBeyondItsLimit(_ backlog: UInt64, _ limit: UInt64, _ full: UInt64) {
        let listener = UNIXListener(backlog: backlog, backlogLimit: limit)
        #expect(listener.fullSockets == full)
        #expect(listener.sockets == 1)
    }

    @Test func listenersAddUp() {
        let sum = UNIXListener(backlog: 6, backlogLimit: 5) + UNIXListener(backlog: 0, backlogLimit: 10)
        #expect(sum == UNIXListener(sockets: 2, backlog: 6, backlogLimit: 15, fullSockets: 1))
    }
}
