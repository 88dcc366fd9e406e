// SPDX-License-Identifier: Apache-2.0

import Glibc
import KernelTestSupport
import Testing

@testable import SocketStatistics

/// Listeners and the sockets on their ports, from the sources that tell of them.
@Suite(.enabled(if: Privilege.runsRootTests, "needs root for a network namespace"))
struct PortTests {
    private static var sources: [any StatisticsSource<TCPStatistics>] {
        [NetlinkSource()] + (Privilege.runsBPFTests ? [BPFSource()] : [])
    }

    @Test func onlyPortsWithAListenerAreToldApart() throws {
        let (port, statistics) = try TestThread.inNetworkNamespace {
            let population = TestPopulation()
            let (client, server) = try population.connection()
            return try withExtendedLifetime((population, client)) {
                (server.port, try Self.sources.map { try $0.scan().statistics })
            }
        }
        for statistics in statistics {
            // The client's side has a port of its own, on which nobody listens.
            #expect(statistics.ports?.counts.keys.sorted() == [port])
            let states = statistics.ports?[port]?.states.filter { $0.value > 0 }
            #expect(states == [.listen: 1, .established: 1])
            #expect(statistics.ports?.otherKeys == 0)
        }
    }

    @Test func aConnectionFromAPortWithAListenerCounts() throws {
        let (port, statistics) = try TestThread.inNetworkNamespace {
            let listener = try TestSocket.listener(.ipv6, isShared: true)
            let target = try TestSocket.listener(.ipv4)
            let client = try TestSocket(.ipv4)
            try client.bind(port: 0)
            try client.connect(to: target.port)
            return try withExtendedLifetime((listener, client)) {
                (target.port, try Self.sources.map { try $0.scan().statistics })
            }
        }
        for statistics in statistics {
            #expect(statistics.ports?.counts.count == 2)
            #expect(statistics.ports?[port]?[.established] == 1)
        }
    }

    /// More listeners than one run of the walk has room for, than a netlink dump expects, and than ports are told
    /// apart.
    @Test func thousandsOfListenersAreCountedExactly() throws {
        let count = 9000
        let statistics = try TestThread.inNetworkNamespace {
            _ = try Shell.output("echo '10000 60999' > /proc/sys/net/ipv4/ip_local_port_range")
            let listeners = try (0..<count).map { _ in try TestSocket.listener(.ipv4, backlog: 3) }
            let clients = try listeners.prefix(5000).map { listener in
                let client = try TestSocket(.ipv4)
                try client.connect(to: listener.port)
                return client
            }
            return try withExtendedLifetime((listeners, clients)) {
                try Self.sources.map { try $0.scan().statistics }
            }
        }
        for statistics in statistics {
            #expect(statistics[.listen] == UInt64(count))
            #expect(statistics[.established] == 10_000)
            let listeners = (statistics.listeners ?? [:]).values
            #expect(listeners.count == count)
            #expect(listeners.map(\.backlog).reduce(0, +) == 5000)
            #expect(listeners.map(\.backlogLimit).reduce(0, +) == UInt64(3 * count))
            let ports = try #require(statistics.ports)
            #expect(ports.counts.count + ports.otherKeys == count)
            #expect(ports.otherKeys == count - 4094)
            let listening = ports.counts.values.compactMap { $0[.listen] }.reduce(0, +)
            #expect(listening + (ports.others?[.listen] ?? 0) == UInt64(count))
            let established = ports.counts.values.compactMap { $0[.established] }.reduce(0, +)
            #expect(established + (ports.others?[.established] ?? 0) >= 5000)
        }
        if statistics.count == 2 {
            #expect(statistics[0].ports == statistics[1].ports)
            #expect(statistics[0].listeners == statistics[1].listeners)
        }
    }

    /// The second scan has the first one's memory.
    @Test func whatIsGoneIsForgotten() throws {
        let statistics = try TestThread.inNetworkNamespace {
            let sources = Self.sources
            var population: TestPopulation? = TestPopulation()
            try population?.everyState()
            for source in sources {
                _ = try source.scan()
            }
            population = nil
            _ = population
            // A process that another test starts holds the descriptors until it runs its program.
            for _ in 0..<1000 where try sources[0].scan().statistics[.listen] != 0 {
                usleep(1000)
            }
            return try sources.map { try $0.scan().statistics }
        }
        for statistics in statistics {
            #expect(statistics.listeners?.isEmpty == true)
            #expect(statistics.ports == Breakdown(others: statistics.ports?.others ?? [:]))
            #expect(statistics.ports?.others?.total == 0)
        }
    }
}
