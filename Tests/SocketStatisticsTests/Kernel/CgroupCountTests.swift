// SPDX-License-Identifier: Apache-2.0

import Foundation
import KernelTestSupport
import SystemPackage
import Testing

@testable import SocketStatistics

/// Sockets of processes in cgroups of the test's own, from the sources that tell.
@Suite(.enabled(if: Privilege.runsRootTests && TestCgroup.hierarchy != nil, "needs root and a cgroup2 mount"))
struct CgroupCountTests {
    /// A cgroup, one in it, and one beside, each with a process that has sockets.
    private final class Population {
        let cgroups: [TestCgroup]
        let processes: [CgroupProcess]
        private let listener: TestSocket

        init() throws {
            let outer = try TestCgroup("outer")
            cgroups = [outer, try TestCgroup("inner", in: outer), try TestCgroup("beside")]
            let listener = try TestSocket.listener()
            self.listener = listener
            processes = try zip(cgroups, [3, 2, 1]).map { cgroup, connections in
                try CgroupProcess(connections: connections, in: cgroup, to: listener)
            }
        }

        /// Each connection has both ends there, but the last.
        static let expected: [StateCounts] = [3, 2, 1].map { [.listen: 1, .established: 2 * $0 + 1] }

        func counts(_ statistics: CgroupStatistics) -> [StateCounts?] {
            cgroups.map { cgroup in
                statistics.members[cgroup.number].map { StateCounts($0.states.filter { $0.value > 0 }) }
            }
        }
    }

    /// What `ss --cgroup` tells, by the cgroup as it writes it and the state's name; those without are under "".
    private static func ss() throws -> [String: [String: UInt64]] {
        var counts: [String: [String: UInt64]] = [:]
        for line in try Shell.output("ss -tanH --cgroup").split(separator: "\n") {
            let words = line.split(separator: " ")
            let cgroup = words.last.flatMap { $0.hasPrefix("cgroup:") ? String($0.dropFirst(7)) : nil }
            counts[cgroup ?? "", default: [:]][String(try #require(words.first)), default: 0] += 1
        }
        return counts
    }

    private static func names(_ counts: StateCounts) -> [String: UInt64] {
        var names: [String: UInt64] = [:]
        for (state, count) in counts.states where count > 0 {
            names[SSReport.stateNames[state] ?? "\(state)"] = count
        }
        return names
    }

    private static var sources: [any StatisticsSource<TCPStatistics>] { MeasureTests.sources([.cgroups]) }

    @Test(arguments: [SourceKind.netlink, .bpf])
    func theSocketsOfEachCgroupAreCountedAsSSTellsThem(_ kind: SourceKind) throws {
        guard let source = Self.sources.first(where: { $0.kind == kind }) else { return }
        try TestThread.inNetworkNamespace {
            let population = try Population()
            let others = TestPopulation()
            try others.timeWait()
            try others.timeWait(.ipv6)
            try others.synReceived()
            let statistics = try source.scan().statistics
            let cgroups = try #require(statistics.cgroups)
            #expect(population.counts(cgroups) == Population.expected)
            #expect(cgroups.none[.timeWait] == 2)
            #expect(cgroups.none[.synReceived] == 1)
            #expect(cgroups.none.total == 3)
            #expect(cgroups.members.others?.total == 0)
            #expect(cgroups.members.otherKeys == 0)
            #expect(cgroups.members.counts.values.reduce(cgroups.none.total) { $0 + $1.total } == statistics.total)
            for cgroup in population.cgroups {
                #expect(cgroups.paths[cgroup.number] == cgroup.path)
            }
            var told = Dictionary(
                uniqueKeysWithValues: cgroups.members.counts.map { ((cgroups.paths[$0] ?? "\($0)"), Self.names($1)) })
            told[""] = Self.names(cgroups.none)
            #expect(try Self.ss() == told)
            // Nothing of that where it is not asked for, nor what the kernel would have to lock sockets for.
            let plain = try NetlinkSource().scan().statistics
            #expect(plain.cgroups == nil)
            #expect(statistics.latency == nil && statistics.idleness == nil)
            withExtendedLifetime((population, others)) {}
        }
    }

    @Test func aCgroupThatWasRemovedKeepsItsSockets() throws {
        let source = NetlinkSource([.cgroups])
        try TestThread.inNetworkNamespace {
            let population = try Population()
            _ = try source.scan()
            let removed = population.cgroups[2]
            try population.processes[2].leaveCgroup()
            try removed.remove()
            let statistics = try #require(try source.scan().statistics.cgroups)
            #expect(population.counts(statistics) == Population.expected)
            #expect(statistics.paths[removed.number] == removed.path)
            // One that did not see it before cannot know its path.
            let late = try #require(try NetlinkSource([.cgroups]).scan().statistics.cgroups)
            #expect(late.members == statistics.members)
            #expect(late.none == statistics.none)
            #expect(late.paths[removed.number] == nil)
            #expect(late.paths[population.cgroups[1].number] == population.cgroups[1].path)
            // The walk finds the path where the cgroup is, not where it was.
            for source in Self.sources where source.kind == .bpf {
                let walked = try #require(try source.scan().statistics.cgroups)
                #expect(walked.members == statistics.members)
                #expect(walked.none == statistics.none)
                #expect(walked.paths[removed.number] == removed.path)
            }
            let ss = try Self.ss().first { $0.key.hasPrefix("unreachable:") }
            #expect(ss?.value == Self.names(Population.expected[2]))
            withExtendedLifetime(population) {}
        }
    }

    @Test func theSocketsOfAllNamespacesAreCountedWhereTheyAreAskedFor() throws {
        let one = try TestThread.inNetworkNamespace { (try Population(), try HeldNamespace()) }
        try TestThread.inNetworkNamespace {
            let listener = try TestSocket.listener()
            let process = try CgroupProcess(connections: 4, in: one.0.cgroups[0], to: listener)
            let own = try #require(try NetlinkSource([.cgroups]).scan().statistics.cgroups)
            #expect(one.0.counts(own) == [[.listen: 1, .established: 9], nil, nil])
            let scan = try NetlinkSource([.cgroups, .allNamespaces]).scan()
            // Here there may be processes that cannot be looked at, whose namespaces may be missing.
            #expect(scan.failures[.cgroups] == scan.failures[.namespaces])
            let all = try #require(scan.statistics.cgroups)
            #expect((all.members.others == nil) == (scan.failures[.cgroups] != nil))
            #expect(one.0.counts(all) == [[.listen: 2, .established: 16]] + Population.expected.dropFirst())
            if Privilege.runsBPFTests {
                let walked = try #require(try BPFSource([.cgroups, .allNamespaces]).scan().statistics.cgroups)
                #expect(one.0.counts(walked) == [[.listen: 2, .established: 16]] + Population.expected.dropFirst())
            }
            withExtendedLifetime((listener, process)) {}
        }
        withExtendedLifetime(one) {}
    }

    @Test func aNamespaceThatMayNotBeEnteredLeavesTheCgroupsOut() throws {
        let held = try TestThread.inNetworkNamespace { try HeldNamespace() }
        let procfs = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: procfs) }
        for (process, file) in ["1": "/proc/thread-self/ns/net", "2": held.path] {
            let directory = procfs.appendingPathComponent("\(process)/ns")
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(
                atPath: directory.appendingPathComponent("net").path, withDestinationPath: file)
        }
        func scan() throws -> TCPScan {
            try NetlinkSource([.cgroups, .allNamespaces], procfs: FilePath(procfs.path)).scan()
        }
        let entered = try scan()
        #expect(entered.statistics.namespaces?.members[UInt32(held.inode)] == nil)
        #expect(entered.statistics.cgroups != nil)
        let refused = try TestThread.withoutCapabilities { try scan() }
        #expect(refused.failures[.cgroups]?.description.contains("CAP_SYS_ADMIN") == true)
        #expect(refused.failures[.cgroups] == refused.failures[.namespaces])
        #expect(refused.statistics.cgroups == nil)
    }
}
