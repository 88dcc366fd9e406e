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
            let quiet = try source.scan().statistics
            #expect(try SockDiagSockets.disturb() == 1)
            let disturbed = try source.scan().statistics
            let after = try source.scan().statistics
            return withExtendedLifetime(population) { [quiet, disturbed, after].map(\.connections) }
        }
        #expect(scans[0] == scans[1])
        #expect(scans[0] == scans[2])
        #expect(source.repeats == 1)
    }
}
