// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import SocketStatistics

struct SocketSummaryTests {
    static let sockstat = """
        sockets: used 210
        TCP: inuse 12 orphan 1 tw 34 alloc 50 mem 3
        UDP: inuse 5 mem 1
        """
    static let sockstat6 = "TCP6: inuse 7\nUDP6: inuse 2\n"

    private func summary(_ sockstat: String, _ sockstat6: String?) throws -> SocketSummary {
        let procfs = try ProcDirectory()
        try procfs.write("sockstat", sockstat)
        if let sockstat6 {
            try procfs.write("sockstat6", sockstat6)
        }
        return try SocketSummary(procfs: procfs.path)
    }

    @Test func theNumbersAreRead() throws {
        #expect(
            try summary(Self.sockstat, Self.sockstat6) == SocketSummary(inUseIPv4: 12, inUseIPv6: 7, timeWait: 34))
    }

    @Test func withoutIPv6ItIsZero() throws {
        #expect(try summary(Self.sockstat, nil).inUseIPv6 == 0)
    }

    @Test(arguments: [
        ("", nil, "/net/sockstat, line 1: the file is empty"),
        ("TCP:", nil, "/net/sockstat, TCP inuse is missing"),
        ("TCP: inuse 1", nil, "/net/sockstat, TCP tw is missing"),
        ("TCP: inuse 1 tw", nil, "/net/sockstat, line 1: the last name of \"TCP:\" has no number"),
        ("TCP: inuse -1 tw 2", nil, "/net/sockstat, line 1: TCP inuse is \"-1\", not a number of 64 bits"),
        ("TCP: inuse 1 tw 4294967296", nil, "/net/sockstat, TCP tw is 4294967296, more sockets than there can be"),
        ("TCP: inuse x tw 1", nil, "/net/sockstat, line 1: TCP inuse is \"x\", not a number of 64 bits"),
        ("TCP: inuse 1 tw 1", "", "/net/sockstat6, line 1: the file is empty"),
        ("TCP: inuse 1 tw 1", "TCP6: used 1", "/net/sockstat6, TCP6 inuse is missing"),
    ])
    func whatIsWrongIsNamedWithItsFile(_ sockstat: String, _ sockstat6: String?, _ part: String) {
        let error = #expect(throws: SourceError.self) { try summary(sockstat, sockstat6) }
        #expect(error?.code == .malformed)
        #expect(error?.description.hasSuffix(part) == true, "\(error?.description ?? "")")
    }

    @Test func theDifferenceLeavesOutWhatTheKernelDoesNotCount() {
        var statistics = TCPStatistics()
        statistics.connections[.init(.ipv4, .established)] = 10
        statistics.connections[.init(.ipv6, .listen)] = 3
        statistics.connections[.init(.ipv4, .timeWait)] = 4
        statistics.connections[.init(.ipv4, .synReceived)] = 100
        statistics.connections[.init(.ipv6, .boundInactive)] = 1000
        #expect(SocketSummary(inUseIPv4: 10, inUseIPv6: 3, timeWait: 4).difference(statistics) == 0)
        #expect(SocketSummary(inUseIPv4: 9, inUseIPv6: 3, timeWait: 4).difference(statistics) == 1)
        #expect(SocketSummary(inUseIPv4: 10, inUseIPv6: 5, timeWait: 4).difference(statistics) == -2)
    }

    /// With TCP Fast Open some in SYN_RECV are sockets, which the kernel counts.
    @Test func requestsAloneAreLeftOutWhereTheyAreKnown() {
        var statistics = TCPStatistics(requests: 60)
        statistics.connections[.init(.ipv4, .synReceived)] = 100
        #expect(SocketSummary(inUseIPv4: 40, inUseIPv6: 0, timeWait: 0).difference(statistics) == 0)
        statistics.requests = nil
        #expect(SocketSummary(inUseIPv4: 40, inUseIPv6: 0, timeWait: 0).difference(statistics) == -40)
    }

    @Test func aMissingFileIsNamed() throws {
        let procfs = try ProcDirectory()
        try procfs.write("sockstat6", Self.sockstat6)
        let error = #expect(throws: SourceError.self) { try SocketSummary(procfs: procfs.path) }
        #expect(error?.description == "\(procfs.path)/net/sockstat does not exist: is procfs mounted there?")
    }
}
