// SPDX-License-Identifier: Apache-2.0

import KernelTestSupport
import Testing

@testable import SocketStatistics

@Suite(.enabled(if: Privilege.runsRootTests, "needs root for a network namespace"))
struct NetlinkSourceTests {
    @Test func withoutNetlinkTheSourceSaysWhatToAllow() throws {
        let result = try TestThread.withoutNetlink { Result { try NetlinkSource().scan() } }
        let error = #expect(throws: SourceError.self) { try result.get() }
        #expect(error?.code == .unavailable)
        #expect(error?.description.contains("AF_NETLINK") == true)
    }

    @Test func preparingOpensTheSocketOrSaysWhatToAllow() throws {
        let source = NetlinkSource()
        let population = TestPopulation()
        try TestThread.inNetworkNamespace {
            try source.prepare()
            try population.halfClosed()
        }
        // The socket stays in the namespace that it was opened in.
        #expect(try source.scan().statistics[.ipv4, .closeWait] == 1)
        withExtendedLifetime(population) {}
        let refused = try TestThread.withoutNetlink { Result { try NetlinkSource().prepare() } }
        let error = #expect(throws: SourceError.self) { try refused.get() }
        #expect(error?.code == .unavailable)
    }

    @Test func theSocketStaysInTheNamespaceItWasOpenedIn() throws {
        let source = NetlinkSource()
        let population = TestPopulation()
        try TestThread.inNetworkNamespace {
            _ = try source.scan()
            try population.halfClosed()
        }
        // From here, another namespace.
        let statistics = try source.scan().statistics
        #expect(statistics[.ipv4, .closeWait] == 1)
        #expect(statistics.total == 3)
    }

    @Test func thousandsOfSocketsTakeManyDatagramsAndAreCountedExactly() throws {
        let statistics = try TestThread.inNetworkNamespace {
            let listener = try TestSocket.listener(backlog: 4096)
            let clients = try (0..<2000).map { _ in
                let client = try TestSocket()
                try client.connect(to: listener.port)
                return client
            }
            return try withExtendedLifetime(clients) { try NetlinkSource().scan().statistics }
        }
        #expect(statistics[.ipv4, .established] == 4000)
        #expect(statistics[.listen] == 1)
    }

    @Test func aForeignMessageCostsOneRetryAndNoCount() throws {
        let source = NetlinkSource()
        let scans = try TestThread.inNetworkNamespace {
            let population = TestPopulation()
            try population.everyState()
            let quiet = try source.scan()
            #expect(try SockDiagSockets.disturb() == 1)
            let disturbed = try source.scan()
            let after = try source.scan()
            return withExtendedLifetime(population) { [quiet, disturbed, after] }
        }
        #expect(scans[0].statistics.connections == scans[1].statistics.connections)
        #expect(scans[0].statistics.connections == scans[2].statistics.connections)
        #expect(scans.map(\.effort) == [0, 1, 0].map { ScanEffort(repeats: $0) })
    }
}
