// SPDX-License-Identifier: Apache-2.0

import Glibc
import KernelTestSupport
import Testing

@testable import SocketStatistics

/// How the ephemeral ports of a network namespace are used, from the sources that tell.
@Suite(.enabled(if: Privilege.runsRootTests, "needs root for a network namespace"))
struct EphemeralPortUseTests {
    private static var sources: [any StatisticsSource<TCPStatistics>] {
        [NetlinkSource()] + (Privilege.runsBPFTests ? [BPFSource()] : [])
    }

    private static func use() throws -> [TCPStatistics.EphemeralPortUse?] {
        try sources.map { try $0.scan().statistics.ephemeralPorts }
    }

    /// Makes a listener on a port that is not one of the ten ephemeral ones, which are set after that.
    private static func listener(_ address: TestSocket.Address) throws -> TestSocket {
        _ = try Shell.output("echo '20000 20999' > /proc/sys/net/ipv4/ip_local_port_range")
        let listener = try TestSocket.listener(address, backlog: 64)
        _ = try Shell.output("echo '40000 40009' > /proc/sys/net/ipv4/ip_local_port_range")
        return listener
    }

    private static func client(_ address: TestSocket.Address, to port: UInt16) throws -> TestSocket {
        let client = try TestSocket(address)
        try client.connect(to: port)
        return client
    }

    @Test(arguments: TestSocket.Address.allCases)
    func theBusiestDestinationIsTenWhenTenPortsAreExhausted(_ address: TestSocket.Address) throws {
        let (before, full, refusal) = try TestThread.inNetworkNamespace {
            let listener = try Self.listener(address)
            let before = try Self.use()
            // An IPv4 socket and one of IPv6 with a mapped address take their ports from each other.
            let clients = try (0..<10).map { number in
                try Self.client(address == .mapped && number % 2 == 0 ? .ipv4 : address, to: listener.port)
            }
            let refusal = #expect(throws: TestSystemError.self) { try Self.client(address, to: listener.port) }
            return try withExtendedLifetime(clients) { (before, try Self.use(), refusal) }
        }
        #expect(refusal?.description == TestSystemError("connect", EADDRNOTAVAIL).description)
        #expect(before.allSatisfy { $0 == .init(portsInUse: 0, busiestDestination: 0) })
        #expect(full.allSatisfy { $0 == .init(portsInUse: 10, busiestDestination: 10) }, "\(full)")
    }

    @Test func socketsInTimeWaitAreIncluded() throws {
        let use = try TestThread.inNetworkNamespace {
            let listener = try Self.listener(.ipv6)
            var clients: [TestSocket] = []
            for number in 0..<6 {
                let client = try Self.client(.ipv6, to: listener.port)
                let server = try listener.accept()
                clients += [client, server]
                guard number < 4 else { continue }
                try client.shutdownWriting()
                try server.acknowledgeEnd()
                try server.shutdownWriting()
                try client.awaitState(7)  // CLOSE: the kernel has a minisocket in its place.
                try server.awaitState(7)
            }
            return try withExtendedLifetime(clients) {
                #expect(try NetlinkSource().scan().statistics[.timeWait] == 4)
                return try Self.use()
            }
        }
        #expect(use.allSatisfy { $0 == .init(portsInUse: 6, busiestDestination: 6) }, "\(use)")
    }

    @Test func reservedPortsDoNotCountAndListenersDo() throws {
        let use = try TestThread.inNetworkNamespace {
            let target = try Self.listener(.ipv4)
            let clients = try (0..<4).map { _ in try Self.client(.ipv4, to: target.port) }
            let reserved = clients[0].port
            _ = try Shell.output("echo \(reserved) > /proc/sys/net/ipv4/ip_local_reserved_ports")
            // One of the six that are left.
            let other = try TestSocket.listener(.ipv4)
            return try withExtendedLifetime((clients, other)) { try Self.use() }
        }
        #expect(use.allSatisfy { $0 == .init(portsInUse: 4, busiestDestination: 3) }, "\(use)")
    }

    @Test func bothSourcesSayTheSameOfEveryState() throws {
        let use = try TestThread.inNetworkNamespace {
            let population = TestPopulation()
            try population.everyState()
            return try withExtendedLifetime(population) { try Self.use() }
        }
        #expect(use.allSatisfy { $0 != nil && $0 == use[0] }, "\(use)")
        #expect(use[0]?.portsInUse ?? 0 > 20)
    }

    /// A second scan begins anew.
    @Test func whatIsGoneIsForgotten() throws {
        let (first, second) = try TestThread.inNetworkNamespace {
            let sources = Self.sources
            let listener = try Self.listener(.ipv4)
            let clients = try (0..<3).map { _ in try Self.client(.ipv4, to: listener.port) }
            let first = try sources.map { try $0.scan().statistics.ephemeralPorts?.busiestDestination }
            _ = try Shell.output("echo '40010 40011' > /proc/sys/net/ipv4/ip_local_port_range")
            let second = try sources.map { try $0.scan().statistics.ephemeralPorts }
            return withExtendedLifetime(clients) { (first, second) }
        }
        #expect(first.allSatisfy { $0 == 3 })
        #expect(second.allSatisfy { $0 == .init(portsInUse: 0, busiestDestination: 0) })
    }
}
