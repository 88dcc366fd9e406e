// SPDX-License-Identifier: Apache-2.0

import KernelTestSupport
import Testing

@testable import SocketStatistics

/// A hundred thousand sockets that stay as they are, in three network namespaces, one of them with a table of its own.
@Suite(.enabled(if: Privilege.runsRootTests, "needs root for a network namespace"))
struct FrozenPopulationTests {
    private static let everyRecipe = ["", "ipv6:"].flatMap { family in
        [
            "syn_sent=3", "syn_recv=4", "fin_wait1=5", "fin_wait2=6", "close_wait=7", "time_wait=800", "last_ack=9",
            "closing=10", "listen=110", "backlog=1200", "unread=13", "unacknowledged=14",
        ].map { family + $0 }
    }

    private static var sources: [any StatisticsSource<TCPStatistics>] {
        [NetlinkSource([.allNamespaces])] + (Privilege.runsBPFTests ? [BPFSource([.allNamespaces])] : [])
    }

    @Test(.timeLimit(.minutes(5)))
    func allSourcesAndSSSayTheSame() throws {
        let populations = [
            try LargePopulation(["established=40000", "ipv6:established=30000"] + Self.everyRecipe),
            try LargePopulation(["established=20000", "ipv6:time_wait=500", "listen=10"]),
            try TestThread.inNetworkNamespace {
                _ = try Shell.output("echo 4096 > /proc/sys/net/ipv4/tcp_child_ehash_entries")
                return try LargePopulation(["ipv6:established=15000", "close_wait=500"])
            },
        ]
        // What the tool does not make: ports that several listeners share, and a full accept queue.
        let others = populations.map { _ in TestPopulation() }
        var alone: [UInt32: [TCPStatistics.Group: UInt64]] = [:]
        for (population, others) in zip(populations, others) {
            let observation = try TestThread.inNetworkNamespace(of: population.namespace) {
                try others.sharedPort(.ipv4)
                try others.sharedPort(.ipv6)
                try others.fullAcceptQueue(.ipv6)
                return try EveryStateTests.observe()
            }
            EveryStateTests.expectAgreement(observation)
            let inode = UInt32(try Shell.output("stat -Lc %i \(population.namespace)").dropLast())
            alone[try #require(inode)] = observation.netlink.statistics.connections
                .filter { Self.isSteady($0.key.state) }
        }
        #expect(alone.values.flatMap(\.values).reduce(0, +) > 100_000)
        for scan in try Self.sources.map({ try $0.scan() }) {
            let namespaces = try #require(scan.statistics.namespaces).members
            for (inode, connections) in alone {
                #expect(
                    namespaces[inode]?.connections.filter { Self.isSteady($0.key.state) } == connections,
                    "\(scan.source)")
            }
        }
        withExtendedLifetime((populations, others)) {}
    }

    /// More listeners in neighbouring buckets of the kernel's table than one run of the walk has room for.
    @Test func thousandsOfListenersThatShareAPortAreCountedExactly() throws {
        let population = try LargePopulation(["shared_listen=8200", "ipv6:shared_listen=4000", "listen=2000"])
        let scans = try TestThread.inNetworkNamespace(of: population.namespace) {
            try Self.sources.map { try $0.scan() }
        }
        withExtendedLifetime(population) {}
        for scan in scans {
            #expect(scan.statistics[.ipv4, .listen] == 10_200, "\(scan.source)")
            #expect(scan.statistics[.ipv6, .listen] == 4000)
            let sharing = scan.statistics.listeners?.values.map(\.sockets).filter { $0 > 1 }.sorted()
            #expect(sharing == [2000, 2000, 4100, 4100])
            #expect(scan.statistics.listeners?.count == 2004)
        }
    }

    /// Whether no timer of the kernel's ends the state while the test runs.
    private static func isSteady(_ state: TCPState) -> Bool {
        [.established, .listen, .closeWait, .finWait1, .closing, .lastAck].contains(state)
    }
}
