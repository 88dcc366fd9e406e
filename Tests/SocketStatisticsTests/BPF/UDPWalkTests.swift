// SPDX-License-Identifier: Apache-2.0

import Glibc
import KernelTestSupport
import Synchronization
import Testing

@testable import SocketStatistics

/// The walk of the kernel's table of UDP sockets, compared with `/proc/net/udp`.
@Suite(
    .enabled(if: Privilege.runsBPFTests && TestKernel.isAtLeast(6, 2), "needs root, a kernel with BTF, and Linux 6.2"))
struct UDPWalkTests {
    private static let groups = AddressFamily.allCases.flatMap { family in
        UDPState.allCases.map { UDPStatistics.Group(family, $0) }
    }

    /// What `/proc/net/udp` and `/proc/net/udp6` say of the calling thread's namespace.
    private static func observed() throws -> UDPStatistics {
        var sockets = Dictionary(uniqueKeysWithValues: groups.map { ($0, UInt64(0)) })
        var queues: [AddressFamily: UDPStatistics.QueueBytes] = [:]
        var drops: [UDPStatistics.Port: UInt64] = [:]
        for (family, file) in [(AddressFamily.ipv4, "udp"), (.ipv6, "udp6")] {
            queues[family] = .init(receive: 0, send: 0)
            for line in try Shell.output("cat /proc/self/net/\(file)").split(separator: "\n").dropFirst() {
                let words = line.split(whereSeparator: { $0 == " " || $0 == ":" })
                let port = try #require(UInt16(words[2], radix: 16))
                sockets[.init(family, words[5] == "01" ? .established : .close), default: 0] += 1
                queues[family]?.send += try #require(UInt64(words[6], radix: 16))
                queues[family]?.receive += try #require(UInt64(words[7], radix: 16))
                drops[.init(family, port), default: 0] += try #require(words.last.flatMap { UInt64($0) })
            }
        }
        return UDPStatistics(sockets: sockets, queueBytes: queues, drops: drops)
    }

    /// Sockets of both families, connected and not, with queues and drops.
    private static func population() throws -> [WalkedSocket] {
        try [false, true].flatMap { ipv6 in
            let sender = try WalkedSocket(ipv6: ipv6)
            let reader = try WalkedSocket(ipv6: ipv6)
            for _ in 0..<3 {
                try sender.send(100, to: reader.port)
            }
            let full = try WalkedSocket(ipv6: ipv6, receiveBuffer: 2048)
            for _ in 0..<40 {
                try sender.send(1000, to: full.port)
            }
            let client = try WalkedSocket(ipv6: ipv6)
            try client.connect(to: reader.port)
            let shared = try WalkedSocket(ipv6: ipv6, isShared: true)
            let sharing = try WalkedSocket(ipv6: ipv6, port: shared.port, isShared: true)
            return [sender, reader, full, client, shared, sharing]
        }
    }

    @Test func everythingIsAsProcHasIt() throws {
        let (walked, observed, scan) = try TestThread.inNetworkNamespace {
            let population = try Self.population()
            let scan = try UDPBPFSource().scan()
            return try withExtendedLifetime(population) { (scan.statistics, try Self.observed(), scan) }
        }
        #expect(walked == observed)
        #expect(scan.source == .bpf)
        #expect(scan.unknown == UnknownCounts(families: 0, states: 0))
        #expect(scan.failures.isEmpty)
        for family in AddressFamily.allCases {
            #expect(walked[family, .established] == 1)
            #expect(walked[family, .close] == 5)
            #expect(walked.queueBytes?[family]?.receive ?? 0 > 300)
            #expect(walked.drops?.filter { $0.key.family == family && $0.value > 20 }.count == 1)
            #expect(walked.drops?.count { $0.key.family == family } == 5)
        }
    }

    @Test func anEmptyNamespaceIsAllZero() throws {
        let other = try TestThread.inNetworkNamespace { try Self.population() }
        let statistics = try TestThread.inNetworkNamespace { try UDPBPFSource().scan().statistics }
        withExtendedLifetime(other) {}
        #expect(statistics.total == 0)
        #expect(Set(statistics.sockets.keys) == Set(Self.groups))
        #expect(statistics.drops == [:])
        #expect(statistics.namespaces == nil)
    }

    /// More sockets in one chain than a run of the walk visits, and many that are counted alike.
    @Test(arguments: [false, true])
    func thousandsThatShareAPortAreCountedExactly(_ ipv6: Bool) throws {
        let (walked, observed) = try TestThread.inNetworkNamespace {
            let first = try WalkedSocket(ipv6: ipv6, isShared: true)
            let others = try (0..<3000).map { number in
                let socket = try WalkedSocket(ipv6: ipv6, port: first.port, isShared: true)
                if number % 3 == 0 {
                    try socket.connect(to: first.port)
                }
                return socket
            }
            return try withExtendedLifetime(others) { (try UDPBPFSource().scan().statistics, try Self.observed()) }
        }
        #expect(walked == observed)
        #expect(walked.total == 3001)
        #expect(walked.drops?.count == 1)
    }

    /// A namespace may have a table of its own, as small as 128 buckets, so that chains have many ports.
    @Test(arguments: [0, 128])
    func manyPortsAreCountedExactly(_ buckets: Int) throws {
        let (walked, observed) = try TestThread.inNetworkNamespace {
            _ = try Shell.output("echo \(buckets) > /proc/sys/net/ipv4/udp_child_hash_entries")
            return try TestThread.inNetworkNamespace {
                let sockets = try (0..<4000).flatMap { _ in [try WalkedSocket(), try WalkedSocket(ipv6: true)] }
                return try withExtendedLifetime(sockets) {
                    (try UDPBPFSource().scan().statistics, try Self.observed())
                }
            }
        }
        #expect(walked == observed)
        #expect(walked.total == 8000)
        #expect(walked.drops?.count == 8000)
    }

    @Test func namespacesAreToldApart() throws {
        struct Neighbour {
            let namespace: HeldNamespace
            let sockets: [WalkedSocket]
            let counts: [UDPStatistics.Group: UInt64]

            var inode: UInt32 { UInt32(namespace.inode) }

            static func here(_ make: () throws -> [WalkedSocket]) throws -> Neighbour {
                let sockets = try make()
                return Neighbour(
                    namespace: try HeldNamespace(), sockets: sockets, counts: try UDPWalkTests.observed().sockets)
            }
        }
        let shared = try TestThread.inNetworkNamespace { try Neighbour.here { try Self.population() } }
        let ownTables = try (0..<2).map { number in
            try TestThread.inNetworkNamespace {
                _ = try Shell.output("echo 256 > /proc/sys/net/ipv4/udp_child_hash_entries")
                return try TestThread.inNetworkNamespace {
                    try Neighbour.here { try (0..<(10 + number)).map { _ in try WalkedSocket(ipv6: true) } }
                }
            }
        }
        let (own, scan, alone) = try TestThread.inNetworkNamespace {
            let own = try Neighbour.here { [try WalkedSocket()] }
            return try withExtendedLifetime(own) {
                (own, try UDPBPFSource(allNamespaces: true).scan(), try UDPBPFSource().scan())
            }
        }
        // For a namespace with a table of its own, the one that most share is another's.
        let fromOwnTable = try TestThread.inNetworkNamespace(of: ownTables[0].namespace.path) {
            try UDPBPFSource(allNamespaces: true).scan()
        }
        #expect(alone.statistics.namespaces == nil)
        for (scan, counter) in [(scan, own), (fromOwnTable, ownTables[0])] {
            #expect(scan.failures.isEmpty)
            #expect(scan.statistics.sockets == counter.counts)
            let namespaces = try #require(scan.statistics.namespaces)
            #expect(namespaces.own == counter.inode)
            for neighbour in [shared, own] + ownTables {
                #expect(namespaces.members[neighbour.inode] == neighbour.counts)
            }
        }
        withExtendedLifetime((shared, ownTables, own)) {}
    }

    /// Sockets that get their port anew move within its chain, over IPv6 to the end: those that stay are counted exactly.
    @Test func whatStaysIsCountedExactlyWhileOthersMove() throws {
        let (scans, moves) = try TestThread.inNetworkNamespace {
            let first = try WalkedSocket(ipv6: true, isShared: true)
            let port = try first.port
            let fixed = try (0..<500).map { _ in try WalkedSocket(ipv6: true, port: port, isShared: true) }
            for socket in fixed {
                try socket.connect(to: port)
            }
            let stop = Atomic(false)
            let moves = Atomic(0)
            return try TestThread.with(threads: 1) {
                while !stop.load(ordering: .relaxed) {
                    let sockets = try (0..<10).map { _ in try WalkedSocket(ipv6: true, port: port, isShared: true) }
                    withExtendedLifetime(sockets) {}
                    moves.add(10, ordering: .relaxed)
                }
            } during: {
                defer { stop.store(true, ordering: .relaxed) }
                let source = UDPBPFSource()
                var scans: [UDPStatistics] = []
                while scans.count < 100 || moves.load(ordering: .relaxed) < 1000 && scans.count < 100_000 {
                    scans.append(try source.scan().statistics)
                }
                return withExtendedLifetime((first, fixed)) { (scans, moves.load(ordering: .relaxed)) }
            }
        }
        #expect(moves >= 1000)
        #expect(scans.allSatisfy { $0[.ipv6, .established] == 500 })
        #expect(scans.allSatisfy { (1...11).contains($0[.ipv6, .close] ?? 0) })
    }

    /// One program serves the sources of both protocols, and needs no privilege once it is loaded.
    @Test func oneProgramServesBothProtocols() throws {
        let (tcp, udp, again) = try TestThread.inNetworkNamespace {
            let program = SocketWalkProgram()
            let tcp = BPFSource([], program: program)
            let udp = UDPBPFSource(program: program)
            try tcp.prepare()
            let listener = try TestSocket.listener(.ipv6)
            let sockets = try Self.population()
            return try withExtendedLifetime((listener, sockets)) {
                try TestThread.withoutCapabilities {
                    (try tcp.scan().statistics, try udp.scan().statistics, try tcp.scan().statistics)
                }
            }
        }
        #expect(tcp.total == 1)
        #expect(tcp.listeners == again.listeners)
        #expect(udp.total == 12)
    }

    @Test func withoutPrivilegeItSaysWhatItNeeds() throws {
        let error = try TestThread.withoutCapabilities {
            #expect(throws: SourceError.self) { try UDPBPFSource().scan() }
        }
        #expect(error?.code == .unavailable)
        #expect(error?.description.contains("CAP_BPF") == true)
        #expect(error?.effort == ScanEffort(rereadChains: 0))
    }

    @Test func aDeadlineThatHasPassedFailsIt() {
        let error = #expect(throws: SourceError.self) { try UDPBPFSource().scan(until: .now - .seconds(1)) }
        #expect(error?.code == .deadlineExceeded)
    }
}
