// SPDX-License-Identifier: Apache-2.0

import KernelTestSupport
import Synchronization
import SystemPackage
import Testing

@testable import SocketStatistics

@Suite(.enabled(if: Privilege.runsBPFTests, "needs root and a kernel with BTF"))
struct BPFSourceTests {
    @Test func socketsOfOtherNamespacesAreNotCounted() throws {
        let population = TestPopulation()
        try TestThread.inNetworkNamespace { try population.everyState() }
        let statistics = try TestThread.inNetworkNamespace { try BPFSource().scan().statistics }
        withExtendedLifetime(population) {}
        #expect(statistics.total == 0)
        #expect(statistics[.ipv6, .timeWait] == 0)
    }

    @Test func whatItCannotKnowIsAbsent() throws {
        let statistics = try TestThread.inNetworkNamespace { try BPFSource().scan().statistics }
        #expect(statistics[.boundInactive] == nil)
        #expect(statistics.queueBytes == nil)
        #expect(statistics.timers == nil)
    }

    /// Loading needs privileges, which a process can give up after it: since Linux 5.19 running the program needs none.
    @Test(.enabled(if: TestKernel.isAtLeast(5, 19))) func afterPreparingAScanNeedsNoPrivilege() throws {
        let source = BPFSource()
        let unprepared = BPFSource()
        try source.prepare()
        // A second time it does nothing.
        try source.prepare()
        let statistics = try TestThread.inNetworkNamespace {
            let population = TestPopulation()
            try population.halfClosed()
            return try withExtendedLifetime(population) {
                try TestThread.withoutCapabilities {
                    let error = #expect(throws: SourceError.self) { try unprepared.scan() }
                    #expect(error?.code == .unavailable)
                    #expect(error?.effort == ScanEffort(rereadChains: 0))
                    return try source.scan().statistics
                }
            }
        }
        #expect(statistics[.ipv4, .closeWait] == 1)
    }

    @Test func withoutPrivilegePreparingFailsWithTheReason() throws {
        let selector = SourceSelector([BPFSource(), NetlinkSource()])
        try TestThread.withoutCapabilities { try selector.prepare() }
        #expect(selector.choice?.source == .netlink)
        #expect(selector.choice?.reason.contains("CAP_BPF") == true)
        let scan = try selector.scan()
        #expect(scan.source == .netlink)
        #expect(scan.failedSources.keys.map { $0 } == [.bpf])
    }

    /// A namespace may have a table of its own, and one that is smaller than the walk is wide.
    @Test(arguments: [1, 2, 4, 8, 64])
    func aTableOfItsOwnIsWalkedWithItsLongChains(_ buckets: Int) throws {
        let (netlink, bpf) = try TestThread.inNetworkNamespace {
            _ = try Shell.output("echo \(buckets) > /proc/sys/net/ipv4/tcp_child_ehash_entries")
            return try TestThread.inNetworkNamespace {
                let population = TestPopulation()
                try population.everyState()
                let listener = try TestSocket.listener(.ipv6, backlog: 4096)
                let clients = try (0..<1500).map { _ in
                    let client = try TestSocket(.ipv6)
                    try client.connect(to: listener.port)
                    return client
                }
                return try withExtendedLifetime((population, clients)) {
                    (try NetlinkSource().scan().statistics, try BPFSource().scan().statistics)
                }
            }
        }
        #expect(netlink.connections == bpf.connections)
        #expect(bpf[.ipv6, .established] ?? 0 > 3000)
    }

    /// Connections come and go in one family while those of the other stay: they are counted exactly, each time.
    @Test func whatStaysIsCountedExactlyWhileOthersComeAndGo() throws {
        let (scans, connections) = try TestThread.inNetworkNamespace {
            let fixed = try Self.connections(2000)
            let stop = Atomic(false)
            let made = Atomic(0)
            return try TestThread.with(threads: 2) {
                let listener = try TestSocket.listener(.ipv4, backlog: 128)
                while !stop.load(ordering: .relaxed) {
                    let client = try TestSocket(.ipv4)
                    try client.connect(to: listener.port)
                    _ = try listener.accept()
                    made.add(1, ordering: .relaxed)
                }
            } during: {
                defer { stop.store(true, ordering: .relaxed) }
                let source = BPFSource()
                var scans: [TCPStatistics] = []
                while scans.count < 100 || made.load(ordering: .relaxed) < 5000 && scans.count < 100_000 {
                    scans.append(try source.scan().statistics)
                }
                return withExtendedLifetime(fixed) { (scans, made.load(ordering: .relaxed)) }
            }
        }
        #expect(connections >= 5000)
        #expect(scans.allSatisfy { $0[.ipv6, .established] == 4000 })
        #expect(scans.allSatisfy { $0[.ipv6, .listen] == 1 && $0[.ipv4, .listen] ?? 0 <= 2 })
    }

    private static func connections(_ count: Int) throws -> [TestSocket] {
        let listener = try TestSocket.listener(.ipv6, backlog: 4096)
        return try (0..<count).map { _ in
            let client = try TestSocket(.ipv6)
            try client.connect(to: listener.port)
            return client
        } + [listener]
    }
}
