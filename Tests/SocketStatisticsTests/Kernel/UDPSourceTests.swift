// SPDX-License-Identifier: Apache-2.0

import Glibc
import KernelTestSupport
import Testing

@testable import SocketStatistics

/// UDP sockets from the sources that tell of them, in network namespaces of their own.
@Suite(.enabled(if: Privilege.runsRootTests, "needs root for a network namespace"))
struct UDPSourceTests {
    /// Whether there can be a walk of the kernel's table.
    private static let canWalk = Privilege.runsBPFTests && TestKernel.isAtLeast(6, 2)

    private static func sources(allNamespaces: Bool = false) -> [any StatisticsSource<UDPStatistics>] {
        let netlink = UDPNetlinkSource(allNamespaces: allNamespaces)
        return canWalk ? [netlink, UDPBPFSource(allNamespaces: allNamespaces)] : [netlink]
    }

    /// Sockets of each kind, of which some have datagrams that wait and some have dropped datagrams.
    private static func population() throws -> [UDPTestSocket] {
        var sockets: [UDPTestSocket] = []
        for address in TestSocket.Address.allCases {
            let receiver = try UDPTestSocket.bound(address)
            let full = try UDPTestSocket.bound(address)
            try full.set(SO_RCVBUF, 4096)
            let clients = try [receiver, full].map { try UDPTestSocket.connected(address, to: $0.port) }
            try clients[0].send(3)
            try clients[1].send(50)
            // Not bound to a port, and so in no count.
            let unbound = try UDPTestSocket(address)
            sockets += [receiver, full, unbound] + clients
        }
        return sockets
    }

    /// What a source says, and ss of the same moment.
    private static func besideSS(
        _ source: any StatisticsSource<UDPStatistics>
    ) throws -> (statistics: UDPStatistics, ss: [SSUDPReport]) {
        for _ in 0..<50 {
            let before = try source.scan().statistics
            let reports = try [false, true].map { try SSUDPReport(ipv6: $0) }
            if try source.scan().statistics == before {
                return (before, reports)
            }
        }
        throw TestSystemError("a quiet moment among 50 observations", ETIMEDOUT)
    }

    @Test func theCountsAreThoseOfSS() throws {
        let observations = try TestThread.inNetworkNamespace {
            let sockets = try Self.population()
            return try withExtendedLifetime(sockets) { try Self.sources().map { try Self.besideSS($0) } }
        }
        for (statistics, reports) in observations {
            for (family, ss) in zip(AddressFamily.allCases, reports) {
                #expect(statistics[family, .established] == ss.sockets["ESTAB"])
                #expect(statistics[family, .close] == ss.sockets["UNCONN"])
                #expect(statistics.queueBytes?[family]?.receive == ss.receiveQueueBytes)
                #expect(statistics.queueBytes?[family]?.send == ss.sendQueueBytes)
                let drops = try #require(statistics.drops).filter { $0.key.family == family }
                #expect(Dictionary(uniqueKeysWithValues: drops.map { ($0.key.number, $0.value) }) == ss.drops)
                #expect(ss.receiveQueueBytes > 0)
                #expect(ss.drops.values.contains { $0 > 0 } && ss.drops.values.contains(0))
            }
            // For each kind of address two without a peer and two with one; the mapped ones are IPv6.
            #expect(statistics[.ipv4, .close] == 2 && statistics[.ipv4, .established] == 2)
            #expect(statistics[.ipv6, .close] == 4 && statistics[.ipv6, .established] == 4)
            #expect(statistics.namespaces == nil)
        }
    }

    /// Each datagram was received or dropped, and the kernel's own counter has those for which there was no room.
    @Test(arguments: TestSocket.Address.allCases)
    func whatAFullBufferDropsIsCountedExactly(_ address: TestSocket.Address) throws {
        let sent = 500
        // The kernel's counter is that of a namespace.
        let outcomes = try Self.sources().map { source in
            try TestThread.inNetworkNamespace {
                let receiver = try UDPTestSocket.bound(address)
                try receiver.set(SO_RCVBUF, 8192)
                let port = UDPStatistics.Port(address == .ipv4 ? .ipv4 : .ipv6, receiver.port)
                let sender = try UDPTestSocket.connected(address, to: receiver.port)
                #expect(try source.scan().statistics.drops?[port] == 0)
                try sender.send(sent)
                var (received, drops) = (0, 0)
                for _ in 0..<10_000 {
                    received += try receiver.receiveAll()
                    drops = Int(try source.scan().statistics.drops?[port] ?? 0)
                    if received + drops >= sent { break }
                    usleep(1000)
                }
                let kernel = try Shell.output(
                    "nstat -asz '\(address == .ipv6 ? "Udp6" : "Udp")RcvbufErrors' | grep -o 'RcvbufErrors *[0-9]*'")
                return (received, drops, kernel.split(separator: " ").last.flatMap { Int($0.dropLast()) })
            }
        }
        for (received, drops, kernel) in outcomes {
            #expect(received + drops == sent)
            #expect(received > 0 && drops > 0)
            #expect(kernel == drops)
        }
    }

    /// More sockets than one datagram of the answer has room for, many of them on one port.
    @Test func thousandsOfSocketsAreCountedExactly() throws {
        let count = 1500
        let statistics = try TestThread.inNetworkNamespace {
            let shared = try UDPTestSocket.bound(.ipv6, isShared: true)
            let sharing = try (1..<count).map { _ in
                try UDPTestSocket.bound(.ipv6, port: shared.port, isShared: true)
            }
            let single = try (0..<count).map { _ in try UDPTestSocket.bound() }
            return try withExtendedLifetime((shared, sharing, single)) {
                try Self.sources().map { ($0, try $0.scan().statistics, shared.port) }
            }
        }
        for (source, statistics, port) in statistics {
            #expect(statistics[.ipv6, .close] == UInt64(count), "\(source.kind)")
            #expect(statistics[.ipv4, .close] == UInt64(count))
            #expect(statistics.total == UInt64(2 * count))
            #expect(statistics.drops?.count == count + 1)
            #expect(statistics.drops?[.init(.ipv6, port)] == 0)
        }
    }

    /// A process has a socket on each port, which is all that there can be of one address.
    @Test func everyPortCanBeBound() throws {
        let statistics = try TestThread.inNetworkNamespace {
            let ports = try EveryUDPPort()
            return try withExtendedLifetime(ports) { try Self.sources().map { ($0, try $0.scan().statistics) } }
        }
        for (source, statistics) in statistics {
            #expect(statistics[.ipv4, .close] == 65_535, "\(source.kind)")
            #expect(statistics.drops?.count == 65_535)
            #expect(statistics.drops?.keys.map(\.number).min() == 1)
        }
    }

    @Test func namespacesAreToldApart() throws {
        func neighbour() throws -> (NamespaceMember, [UDPTestSocket], [UDPStatistics.Group: UInt64]) {
            try TestThread.inNetworkNamespace {
                let sockets = try Self.population()
                return (try NamespaceMember(), sockets, try UDPNetlinkSource().scan().statistics.sockets)
            }
        }
        let other = try neighbour()
        let empty = try TestThread.inNetworkNamespace { try NamespaceMember() }
        let (own, scans) = try TestThread.inNetworkNamespace {
            let socket = try UDPTestSocket.bound()
            let member = try NamespaceMember()
            return try withExtendedLifetime((socket, member)) {
                (member.inode, try Self.sources(allNamespaces: true).map { try $0.scan() })
            }
        }
        for scan in scans {
            let namespaces = try #require(scan.statistics.namespaces)
            #expect(namespaces.own == own)
            #expect(namespaces.members[own] == scan.statistics.sockets)
            #expect(scan.statistics.sockets[.init(.ipv4, .close)] == 1)
            #expect(namespaces.members[other.0.inode] == other.2)
            #expect(namespaces.members[empty.inode] == nil)
            let cookie = namespaces.identities[other.0.inode]?.cookie
            #expect((cookie ?? 0) > 1 || !TestKernel.isAtLeast(5, 14))
            if scan.source == .netlink {
                #expect(scan.failures[.namespaces] == (try NetworkNamespaces().failure))
            }
        }
        withExtendedLifetime((other, empty)) {}
    }

    @Test func withoutPrivilegeOtherNamespacesAreMissingAndTheOwnIsNot() throws {
        let member = try TestThread.inNetworkNamespace { try NamespaceMember() }
        let scan = try TestThread.withoutCapabilities { try UDPNetlinkSource(allNamespaces: true).scan() }
        withExtendedLifetime(member) {}
        #expect(scan.failures[.namespaces]?.code == .unavailable)
        #expect(scan.failures[.namespaces]?.description.contains("CAP_SYS_") == true)
        #expect(scan.statistics.namespaces?.members.others == nil)
        #expect(scan.statistics[.ipv4, .close] != nil)
    }

    @Test func withoutNetlinkTheSourceSaysWhatToAllow() throws {
        let results = try TestThread.withoutNetlink {
            [Result { try UDPNetlinkSource().prepare() }, Result { _ = try UDPNetlinkSource().scan() }]
        }
        for result in results {
            let error = #expect(throws: SourceError.self) { try result.get() }
            #expect(error?.code == .unavailable)
            #expect(error?.description.contains("AF_NETLINK") == true)
        }
    }

    @Test func theSocketStaysInTheNamespaceItWasOpenedIn() throws {
        let source = UDPNetlinkSource()
        let socket = try TestThread.inNetworkNamespace {
            try source.prepare()
            return try UDPTestSocket.bound()
        }
        #expect(try source.scan().statistics[.ipv4, .close] == 1)
        withExtendedLifetime(socket) {}
    }

    @Test func aForeignMessageCostsOneRetryAndNoCount() throws {
        let source = UDPNetlinkSource()
        let scans = try TestThread.inNetworkNamespace {
            let sockets = try Self.population()
            let quiet = try source.scan()
            #expect(try SockDiagSockets.disturb() == 1)
            let disturbed = try source.scan()
            return withExtendedLifetime(sockets) { [quiet, disturbed] }
        }
        #expect(scans[0].statistics.sockets == scans[1].statistics.sockets)
        #expect(scans.map(\.effort) == [0, 1].map { ScanEffort(repeats: $0) })
    }
}

struct UDPDeadlineTests {
    @Test func aDeadlineThatHasPassedFailsTheScanBeforeItBegins() {
        let error = #expect(throws: SourceError.self) {
            try UDPNetlinkSource(allNamespaces: true).scan(until: .now)
        }
        #expect(error?.code == .deadlineExceeded)
        #expect(error?.description.hasPrefix("deadline") == true)
    }
}
