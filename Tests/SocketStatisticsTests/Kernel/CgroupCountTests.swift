// SPDX-License-Identifier: Apache-2.0

import KernelTestSupport
import Testing

@testable import SocketStatistics

/// Sockets by cgroup, from the sources that tell, beside ss.
@Suite(
    .enabled(if: Privilege.runsRootTests, "needs root for a network namespace"),
    .enabled(if: TestCgroup.isPossible, "needs the unified hierarchy of cgroups"))
struct CgroupCountTests {
    private static var sources: [any StatisticsSource<TCPStatistics>] {
        [NetlinkSource([.cgroups])] + (Privilege.runsBPFTests ? [BPFSource([.cgroups])] : [])
    }

    private static func statistics(_ source: any StatisticsSource<TCPStatistics>) throws -> CgroupStatistics {
        try #require(try source.scan().statistics.cgroups, "\(source.kind)")
    }

    /// Those of a cgroup in ESTABLISHED and LISTEN.
    private static func counts(_ cgroups: CgroupStatistics, _ number: UInt64) -> [UInt64?] {
        [cgroups.members[number]?[.established], cgroups.members[number]?[.listen]]
    }

    @Test func socketsAreThoseOfTheCgroupThatTheyWereOpenedIn() throws {
        let outer = try TestCgroup("outer")
        let inner = try TestCgroup("inner.service", in: outer)
        let numbers = (outer: try outer.number, inner: try inner.number)
        try TestThread.inNetworkNamespace {
            let listener = try TestSocket.listener()
            let members = [
                try TestCgroup.Member(of: outer, connections: 2, to: listener),
                try TestCgroup.Member(of: inner, connections: 3, to: listener),
            ]
            let population = TestPopulation()
            try population.timeWait()
            let paths = try SSDetails.all().filter { $0.state == "ESTAB" }.compactMap(\.cgroup)
            for source in Self.sources {
                let cgroups = try Self.statistics(source)
                #expect(Self.counts(cgroups, numbers.outer) == [2, 1], "\(source.kind)")
                #expect(Self.counts(cgroups, numbers.inner) == [3, 1], "\(source.kind)")
                #expect(cgroups.none[.timeWait] == 1)
                #expect(cgroups.none[.established] == 0)
                #expect(cgroups.members.others?.total == 0)
                #expect(cgroups.members.otherKeys == 0)
                for (number, path) in [(numbers.outer, outer.path), (numbers.inner, inner.path)] {
                    #expect(cgroups.paths[number] == path, "\(source.kind)")
                    #expect(UInt64(paths.count { $0 == path }) == cgroups.members[number]?[.established])
                }
            }
            withExtendedLifetime((members, population)) {}
        }
    }

    /// All that is counted is in one of them.
    @Test func theSumIsAllSockets() throws {
        try TestThread.inNetworkNamespace {
            let population = TestPopulation()
            try population.everyState()
            for source in Self.sources {
                let scan = try source.scan()
                let cgroups = try #require(scan.statistics.cgroups)
                let members = cgroups.members.counts.values.map(\.total).reduce(0, +)
                #expect(members > 0)
                #expect(members + cgroups.none.total == scan.statistics.total, "\(source.kind)")
            }
            withExtendedLifetime(population) {}
        }
    }

    /// A removed cgroup keeps its sockets; its path is known where the kernel is asked for the cgroup itself.
    @Test func aRemovedCgroupKeepsItsSockets() throws {
        let cgroup = try TestCgroup("gone.scope")
        let number = try cgroup.number
        try TestThread.inNetworkNamespace {
            let listener = try TestSocket.listener()
            let netlink = NetlinkSource([.cgroups])
            let member = try TestCgroup.Member(of: cgroup, connections: 2, to: listener, leaving: true)
            let before = try Self.statistics(netlink)
            try cgroup.remove()
            // What was found before is kept.
            #expect(try Self.statistics(netlink).paths[number] == cgroup.path)
            for source in Self.sources {
                let cgroups = try Self.statistics(source)
                #expect(Self.counts(cgroups, number) == [2, 1], "\(source.kind)")
                #expect(cgroups.paths[number] == (source.kind == .bpf ? cgroup.path : nil), "\(source.kind)")
            }
            #expect(before.paths[number] == cgroup.path)
            withExtendedLifetime(member) {}
        }
    }
}
