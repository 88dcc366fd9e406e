// SPDX-License-Identifier: Apache-2.0

import KernelTestSupport
import Synchronization
import SystemPackage
import Testing

@testable import SocketStatistics

/// Other network namespaces, from the sources that tell of them. Tests beside these make and end namespaces too.
@Suite(.enabled(if: Privilege.runsRootTests, "needs root for a network namespace"))
struct NamespaceTests {
    private static var sources: [any StatisticsSource<TCPStatistics>] {
        [NetlinkSource([.allNamespaces])] + (Privilege.runsBPFTests ? [BPFSource([.allNamespaces])] : [])
    }

    /// A namespace with sockets, and what a scan in it says.
    private struct Neighbour {
        let member: NamespaceMember
        let population: TestPopulation
        let connections: [TCPStatistics.Group: UInt64]

        /// Makes a namespace.
        static func made(
            ownTable: Bool = false, _ make: @escaping (TestPopulation) throws -> Void
        ) throws -> Neighbour {
            try TestThread.inNetworkNamespace {
                guard ownTable else { return try here(make) }
                _ = try Shell.output("echo 64 > /proc/sys/net/ipv4/tcp_child_ehash_entries")
                return try TestThread.inNetworkNamespace { try here(make) }
            }
        }

        /// Takes the calling thread's.
        static func here(_ make: (TestPopulation) throws -> Void) throws -> Neighbour {
            let population = TestPopulation()
            try make(population)
            return Neighbour(
                member: try NamespaceMember(), population: population,
                connections: try NetlinkSource().scan().statistics.connections)
        }
    }

    @Test func threeNamespacesAreToldApart() throws {
        let shared = try Neighbour.made { try $0.everyState() }
        let ownTable = try Neighbour.made(ownTable: true) { population in
            for _ in 0..<50 {
                try population.connection(.ipv6)
            }
        }
        let empty = try Neighbour.made { _ in }
        let (own, scans) = try TestThread.inNetworkNamespace {
            let here = try Neighbour.here { try $0.halfClosed() }
            return try withExtendedLifetime(here) { (here, try Self.sources.map { try $0.scan() }) }
        }
        for scan in scans {
            #expect(Self.failure(scan) == Self.expectedFailure(scan))
            let namespaces = try #require(scan.statistics.namespaces)
            #expect(namespaces.own == own.member.inode)
            // Without a socket there is nothing to be said of a namespace.
            #expect(namespaces.members[empty.member.inode] == nil)
            for neighbour in [shared, ownTable, own] {
                // What waits for a timer may have gone on.
                #expect(
                    namespaces.members[neighbour.member.inode].map { Self.steady($0.connections) }
                        == Self.steady(neighbour.connections), "\(scan.source)")
            }
            #expect(scan.statistics.connections == namespaces.members[own.member.inode]?.connections)
        }
        withExtendedLifetime((shared, ownTable, empty)) {}
    }

    /// Where a process may do more than the test it hides its namespace, and netlink says so.
    private static func expectedFailure(_ scan: TCPScan) -> SourceError? {
        scan.source == .netlink ? (try? NetworkNamespaces())?.failure : nil
    }

    /// Why namespaces are not complete, except for those in which another test opens more listeners than are listed.
    private static func failure(_ scan: TCPScan) -> SourceError? {
        scan.failures[.namespaces].flatMap { $0.description.contains("more listening endpoints") ? nil : $0 }
    }

    private static func steady(_ connections: [TCPStatistics.Group: UInt64]) -> [TCPStatistics.Group: UInt64] {
        connections.filter { [.established, .listen, .closeWait, .timeWait].contains($0.key.state) }
    }

    @Test func namespacesAreAbsentUnlessAskedFor() throws {
        for source in [NetlinkSource(), BPFSource()] as [any StatisticsSource<TCPStatistics>]
        where source.kind == .netlink || Privilege.runsBPFTests {
            #expect(try source.scan().statistics.namespaces == nil)
        }
    }

    /// The walk begins in a namespace with a table of its own: the shared one is another's then.
    @Test(.enabled(if: Privilege.runsBPFTests, "needs root and a kernel with BTF"))
    func theSharedTableIsWalkedFromANamespaceWithItsOwn() throws {
        let shared = try Neighbour.made { try $0.halfClosed() }
        let statistics = try TestThread.inNetworkNamespace {
            _ = try Shell.output("echo 64 > /proc/sys/net/ipv4/tcp_child_ehash_entries")
            return try TestThread.inNetworkNamespace {
                let population = TestPopulation()
                try population.connection()
                return try withExtendedLifetime(population) {
                    try BPFSource([.allNamespaces]).scan().statistics
                }
            }
        }
        #expect(statistics.connectionTable?.buckets == 64)
        #expect(statistics.connectionTable?.entries == 2)
        #expect(statistics.namespaces?.members[shared.member.inode]?.connections == shared.connections)
    }

    /// Namespaces with tables of their own come and go under the scans.
    @Test func whatVanishesIsNoError() throws {
        let here = try TestThread.inNetworkNamespace {
            _ = try Shell.output("echo 64 > /proc/sys/net/ipv4/tcp_child_ehash_entries")
            let population = TestPopulation()
            try population.connection()
            let stop = Atomic(false)
            let made = Atomic(0)
            return try TestThread.with(threads: 2) {
                while !stop.load(ordering: .relaxed) {
                    try TestThread.inNetworkNamespace {
                        let passing = TestPopulation()
                        try passing.connection()
                        let member = try NamespaceMember()
                        withExtendedLifetime((passing, member)) {}
                    }
                    made.add(1, ordering: .relaxed)
                }
            } during: {
                defer { stop.store(true, ordering: .relaxed) }
                let sources = Self.sources
                var scans: [TCPScan] = []
                while scans.count < 100 || made.load(ordering: .relaxed) < 50 && scans.count < 100_000 {
                    scans += try sources.map { try $0.scan() }
                }
                return withExtendedLifetime(population) { scans }
            }
        }
        #expect(Set(here.map { Self.failure($0) }) == Set(here.map { Self.expectedFailure($0) }))
        #expect(here.allSatisfy { $0.statistics[.ipv4, .established] == 2 })
        #expect(here.allSatisfy { $0.statistics.namespaces?.members[$0.statistics.namespaces?.own ?? 0] != nil })
    }

    @Test func aNamespaceThatHasGoneIsLeftOut() throws {
        let neighbour = try Neighbour.made { try $0.connection() }
        var namespaces = try NetworkNamespaces()
        let file = try #require(namespaces.others[neighbour.member.inode])
        namespaces.others = [
            neighbour.member.inode: file, 1: "/proc/0/ns/net", 2: "/run/netns/there is none",
            // Another namespace than it was.
            3: file,
        ]
        let dumps = NamespaceDumps(namespaces, .all)
        withExtendedLifetime(neighbour) {}
        #expect(dumps.failure == nil)
        #expect(dumps.members.mapValues(\.connections) == [neighbour.member.inode: neighbour.connections])
    }

    @Test func moreThanTheLimitAreNotAsked() throws {
        let neighbours = try (0..<3).map { _ in try Neighbour.made { try $0.connection() } }
        var namespaces = try NetworkNamespaces()
        let inodes = Set(neighbours.map(\.member.inode))
        namespaces.others = namespaces.others.filter { inodes.contains($0.key) }
        let dumps = NamespaceDumps(namespaces, .all, limit: 2)
        withExtendedLifetime(neighbours) {}
        #expect(dumps.members.count == 2)
        #expect(dumps.failure?.description == "3 network namespaces are more than the 2 that are asked in a scan")
    }

    @Test func thoseWithANameAreAskedFirst() {
        let order = NetworkNamespaces.order([
            1: "/proc/1/ns/net", 2: "/run/netns/b", 3: "/proc/2/ns/net", 4: "/run/netns/a",
        ])
        #expect(order.map(\.key) == [2, 4, 1, 3])
    }

    @Test func withoutPrivilegeItSaysWhatIsMissing() throws {
        let neighbour = try Neighbour.made { try $0.connection() }
        let scan = try TestThread.withoutCapabilities { try NetlinkSource([.allNamespaces]).scan() }
        withExtendedLifetime(neighbour) {}
        #expect(scan.failures[.namespaces]?.code == .unavailable)
        #expect(scan.failures[.namespaces]?.description.contains("CAP_SYS_") == true)
        #expect(scan.statistics[.listen] != nil)
    }
}
