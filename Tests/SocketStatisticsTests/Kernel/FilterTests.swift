// SPDX-License-Identifier: Apache-2.0

import Glibc
import KernelTestSupport
import SystemPackage
import Testing

@testable import SocketStatistics

/// This process's sockets beside another's, told apart by netlink and by the proc files as by ss.
@Suite(.enabled(if: Privilege.runsRootTests, "needs root for a network namespace"))
struct FilterTests {
    /// The sources that can filter.
    private static func sources(_ filter: SocketFilter) -> [any StatisticsSource<TCPStatistics>] {
        [NetlinkSource(counting: filter), ProcSource(procfs: "/proc/thread-self", counting: filter)]
    }

    private static func scans(_ filter: SocketFilter) throws -> [TCPScan] {
        try sources(filter).map { try $0.scan() }
    }

    private static func counted(_ statistics: TCPStatistics) -> [TCPStatistics.Group: UInt64] {
        statistics.connections.filter { $0.value > 0 }
    }

    /// What a server is: connections accepted, waiting, closed and half open, and some of its own to elsewhere.
    private struct Server {
        let population = TestPopulation()
        let listener: TestSocket
        let other: OtherProcess
        let ports: Set<UInt16>

        init() throws {
            try population.everyState()
            listener = try TestSocket.listener(.ipv4)
            other = try OtherProcess(connections: 7, to: listener)
            ports = try Set(NetlinkSource().scan().statistics.ports?.counts.keys.map { $0 } ?? [])
                .subtracting([OtherProcess.port])
        }
    }

    static let filters: [SocketFilter] = [
        .all, .process, .ownSockets, .ownPorts, .ports([]), .ports([OtherProcess.port, 1]),
    ]

    @Test(arguments: filters)
    func eachFilterAgreesWithSS(_ filter: SocketFilter) throws {
        let (unfiltered, (netlink, proc, ss, ownSockets)) = try TestThread.inNetworkNamespace {
            let server = try Server()
            func isSelected(_ socket: SSReport.Socket) -> Bool {
                let isOpen = filter.ownSockets && socket.processes.contains(getpid())
                let isOnOwnPort = filter.ownPorts && server.ports.contains(socket.localPort)
                return filter.ports?.contains(socket.localPort) ?? true || isOpen || isOnOwnPort
            }
            return try withExtendedLifetime(server) {
                try QuietMoment.observe {
                    let scans = try Self.scans(filter)
                    let ss = try [AddressFamily.ipv4: false, .ipv6: true].mapValues {
                        try SSReport(ipv6: $0, where: isSelected)
                    }
                    return (scans[0], scans[1], ss, try OwnSockets.inodes().count)
                }
            }
        }
        #expect(ownSockets > 0)
        for family in AddressFamily.allCases {
            for (state, name) in SSReport.stateNames {
                let expected = ss[family]?.connections[name, default: 0]
                #expect(netlink.statistics[family, state] == expected, "netlink \(family) \(state)")
                #expect(proc.statistics[family, state] == expected, "proc \(family) \(state)")
            }
            let bytes = ss[family].map {
                TCPStatistics.QueueBytes(receive: $0.receiveQueueBytes, send: $0.sendQueueBytes)
            }
            #expect(netlink.statistics.queueBytes?[family] == bytes)
            #expect(proc.statistics.queueBytes?[family] == bytes)
        }
        #expect(netlink.statistics.timers == proc.statistics.timers)
        #expect(netlink.statistics.timers?.values.reduce(0, +) == netlink.statistics.total)
        let listeners = netlink.statistics.listeners ?? [:]
        #expect(listeners.values.reduce(0) { $0 + $1.sockets } == UInt64(ss.values.flatMap(\.listeners).count))
        #expect(Set(listeners.keys.map(\.port)) == netlink.statistics.ports.map { Set($0.counts.keys) })
        // Nothing is lost: what is not counted is left out.
        for scan in [netlink, proc] {
            #expect(scan.sockets == unfiltered.total)
            #expect((scan.unselected == 0) == (filter == .all))
        }
    }

    @Test func whatBelongsToNobodyIsFoundByPortAlone() throws {
        let (own, ports, process) = try TestThread.inNetworkNamespace {
            let population = TestPopulation()
            try population.timeWait(.ipv6)
            try population.synReceived(.ipv4)
            try population.fullAcceptQueue(.ipv4)
            return try withExtendedLifetime(population) {
                (try Self.scans(.ownSockets), try Self.scans(.ownPorts), try Self.scans(.process))
            }
        }
        for scan in own {
            // Listeners, and the clients of the last two.
            #expect(
                Self.counted(scan.statistics) == [
                    .init(.ipv4, .listen): 2, .init(.ipv6, .listen): 1, .init(.ipv4, .established): 2,
                    .init(.ipv4, .synSent): 1,
                ])
        }
        for scan in ports {
            // The client's side, which closed first, is the one in TIME_WAIT, on a port of its own.
            #expect(
                Self.counted(scan.statistics) == [
                    .init(.ipv4, .listen): 2, .init(.ipv6, .listen): 1, .init(.ipv4, .synReceived): 1,
                    .init(.ipv4, .established): 1,
                ])
        }
        for scan in process {
            #expect(
                Self.counted(scan.statistics) == [
                    .init(.ipv4, .listen): 2, .init(.ipv6, .listen): 1, .init(.ipv4, .synReceived): 1,
                    .init(.ipv4, .established): 3, .init(.ipv4, .synSent): 1,
                ])
        }
    }

    @Test func aServerThatClosesFirstSeesItsTimeWait() throws {
        let scans = try TestThread.inNetworkNamespace {
            let listener = try TestSocket.listener(.ipv4)
            let client = try TestSocket(.ipv4)
            try client.connect(to: listener.port)
            var server: TestSocket? = try listener.accept()
            server = nil
            _ = server
            try client.acknowledgeEnd()
            try client.shutdownWriting()
            return try withExtendedLifetime((listener, client)) {
                (try Self.scans(.process), try Self.scans(.ownSockets), try Self.scans(.ports([listener.port])))
            }
        }
        for scan in scans.0 + scans.2 {
            #expect(scan.statistics[.timeWait] == 1)
        }
        for scan in scans.1 {
            #expect(scan.statistics[.timeWait] == 0)
        }
    }

    /// A port that two processes share: by port, both count.
    @Test func anotherProcessOnTheSamePortCountsByPortAlone() throws {
        let (own, ports) = try TestThread.inNetworkNamespace {
            let listener = try TestSocket.listener(.ipv4)
            let other = try OtherProcess(connections: 0, to: listener, isShared: true)
            let shared = try TestSocket(.ipv4)
            try shared.set(SO_REUSEPORT, level: SOL_SOCKET, 1)
            try shared.bind(port: OtherProcess.port)
            guard listen(shared.descriptor, 5) == 0 else { throw TestSystemError("listen") }
            return try withExtendedLifetime((other, shared)) {
                (try Self.scans(.ownSockets), try Self.scans(.ownPorts))
            }
        }
        #expect(own.map { $0.statistics[.listen] } == [2, 2])
        #expect(ports.map { $0.statistics[.listen] } == [3, 3])
    }

    @Test func aSocketThatIsClosedIsNotCountedAnyMore() throws {
        let totals = try TestThread.inNetworkNamespace {
            let sources = Self.sources(.process)
            var population: TestPopulation? = TestPopulation()
            try population?.boundInactive()
            try population?.connection()
            let before = try sources.map { try $0.scan().statistics.total }
            population = nil
            _ = population
            // A process that another test starts holds the descriptors until it runs its program.
            for _ in 0..<1000 where try NetlinkSource().scan().statistics[.listen] != 0 {
                usleep(1000)
            }
            return (
                before, try sources.map { try $0.scan().statistics.connections.filter { $0.key.state != .timeWait } }
            )
        }
        #expect(totals.0 == [3, 3])
        #expect(totals.1.allSatisfy { $0.values.allSatisfy { $0 == 0 } })
    }

    @Test func boundSocketsOfThisProcessAreCounted() throws {
        let (own, all) = try TestThread.inNetworkNamespace {
            let population = TestPopulation()
            try population.boundInactive(.ipv6)
            let listener = try TestSocket.listener()
            let other = try OtherProcess(connections: 2, to: listener)
            return try withExtendedLifetime((population, other)) {
                (
                    try NetlinkSource(.boundInactive, counting: .ownSockets).scan().statistics,
                    try NetlinkSource(.boundInactive).scan().statistics
                )
            }
        }
        #expect(own[.boundInactive] == all[.boundInactive])
        #expect(own[.established] == 1)
        #expect(all[.established] == 6)
    }

    /// The process's sockets in other namespaces are counted there.
    @Test func otherNamespacesAreFilteredAlike() throws {
        let population = TestPopulation()
        let (inode, statistics) = try TestThread.inNetworkNamespace {
            let member = try NamespaceMember()
            try population.connection()
            let listener = try TestSocket.listener()
            let other = try OtherProcess(connections: 3, to: listener)
            let statistics = try TestThread.inNetworkNamespace {
                try NetlinkSource(.allNamespaces, counting: .ownSockets).scan().statistics
            }
            return withExtendedLifetime((member, other)) { (member.inode, statistics) }
        }
        withExtendedLifetime(population) {}
        #expect(statistics.total == 0)
        let there = statistics.namespaces?.members[inode]?.connections
        #expect(there?[.init(.ipv4, .established)] == 3)
        #expect(there?[.init(.ipv4, .listen)] == 2)
    }

    @Test func manyOwnSocketsAmongManyAreCountedExactly() throws {
        let scans = try TestThread.inNetworkNamespace {
            let listener = try TestSocket.listener(.ipv4, backlog: 4096)
            let other = try OtherProcess(connections: 500, to: listener)
            let clients = try (0..<1500).map { _ in
                let client = try TestSocket(.ipv4)
                try client.connect(to: listener.port)
                return client
            }
            return try withExtendedLifetime((other, clients)) {
                (try Self.scans(.ownSockets), try Self.scans(.process), try Self.scans(.all))
            }
        }
        // The clients, and the connection from the other process; those that wait to be accepted are nobody's.
        #expect(scans.0.map { $0.statistics[.established] } == [1501, 1501])
        #expect(scans.1.map { $0.statistics[.established] } == [3001, 3001])
        #expect(scans.2.map { $0.statistics[.established] } == [4002, 4002])
    }
}
