// SPDX-License-Identifier: Apache-2.0

import KernelTestSupport
import SystemPackage
import Testing

@testable import SocketStatistics

/// Real sockets in real states: netlink, the proc files and ss must say the same.
@Suite(.enabled(if: Privilege.runsRootTests, "needs root for a network namespace"))
struct EveryStateTests {
    /// What all of them say of one moment.
    struct Observation {
        var netlink: TCPScan
        var proc: TCPScan
        /// Nil where the kernel takes no BPF program.
        var bpf: TCPScan?
        var ss: [AddressFamily: SSReport]
    }

    static func observe() throws -> Observation {
        let netlink = NetlinkSource()
        let proc = ProcSource(procfs: "/proc/thread-self")
        let bpf = Privilege.runsBPFTests ? BPFSource([.queues]) : nil
        return try QuietMoment.observe {
            Observation(
                netlink: try netlink.scan(), proc: try proc.scan(), bpf: try bpf?.scan(),
                ss: [.ipv4: try SSReport(ipv6: false), .ipv6: try SSReport(ipv6: true)])
        }.1
    }

    static func expectAgreement(_ observation: Observation) {
        // The proc files do not tell how many connections a listener takes, and destinations are not counted from them.
        var netlink = observation.netlink.statistics
        #expect(netlink.ephemeralPorts != nil)
        netlink.listeners = nil
        netlink.ports = nil
        netlink.ephemeralPorts = nil
        #expect(netlink == observation.proc.statistics)
        if var bpf = observation.bpf?.statistics {
            #expect(bpf.connectionTable != nil)
            bpf.connectionTable = nil
            bpf.requests = bpf.requests ?? netlink.requests
            #expect(observation.netlink.statistics == bpf)
        }
        expectListeners(observation)
        for family in AddressFamily.allCases {
            for (state, name) in SSReport.stateNames {
                #expect(
                    observation.netlink.statistics[family, state]
                        == observation.ss[family]?.connections[name, default: 0],
                    "\(family) \(state)")
            }
            #expect(
                observation.netlink.statistics.queueBytes?[family]
                    == observation.ss[family].map { .init(receive: $0.receiveQueueBytes, send: $0.sendQueueBytes) })
        }
        #expect(
            observation.netlink.unknown == .init(families: 0, states: 0, timers: 0, attributes: 0, messages: 0))
        #expect(observation.proc.unknown == .init(states: 0, timers: 0))
    }

    private static func expectListeners(_ observation: Observation) {
        let statistics = observation.netlink.statistics
        let listeners = statistics.listeners ?? [:]
        let ss = observation.ss.values.flatMap(\.listeners)
        #expect(listeners.values.reduce(0) { $0 + $1.sockets } == UInt64(ss.count))
        // Where no port is shared, ss says the same line by line.
        for (endpoint, listener) in listeners where listener.sockets == 1 {
            #expect(ss.contains("\(endpoint.port) \(listener.backlog) \(listener.backlogLimit)"), "\(endpoint)")
        }
        let onPorts = statistics.ports?.counts.values.compactMap { $0[.listen] }.reduce(0, +)
        #expect(onPorts == statistics[.listen])
    }

    @Test func everyStateAgrees() throws {
        let observation = try TestThread.inNetworkNamespace {
            let population = TestPopulation()
            try population.everyState()
            return try withExtendedLifetime(population) { try Self.observe() }
        }
        Self.expectAgreement(observation)
        let statistics = observation.netlink.statistics
        for family in AddressFamily.allCases {
            for state in TCPState.allCases where state != .boundInactive && state != .close {
                #expect(statistics[family, state] ?? 0 > 0, "the population lacks \(family) \(state)")
            }
            #expect(statistics.queueBytes?[family]?.receive ?? 0 > 1000)
            #expect(statistics.queueBytes?[family]?.send ?? 0 > 1000)
            let listeners = (statistics.listeners ?? [:]).filter { $0.key.address.family == family }.values
            #expect(listeners.contains { $0.sockets == 3 && $0.backlogLimit == 18 && $0.backlog == 1 })
            #expect(listeners.contains { $0.backlog > $0.backlogLimit && $0.drops > 0 }, "a full accept queue")
        }
    }

    @Test func anEmptyNamespaceIsAllZero() throws {
        let observation = try TestThread.inNetworkNamespace { try Self.observe() }
        Self.expectAgreement(observation)
        #expect(observation.netlink.statistics.total == 0)
        #expect(observation.netlink.statistics[.ipv6, .timeWait] == 0)
        #expect(observation.netlink.statistics[.boundInactive] == nil)
    }

    /// How a population is made, and how many sockets in which state it is.
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var make: @Sendable (TestPopulation, TestSocket.Address) throws -> Void
        var expected: [TCPState: UInt64]
    }

    static let cases = [
        Case(
            testDescription: "connection", make: { _ = try $0.connection($1) }, expected: [.listen: 1, .established: 2]),
        Case(
            testDescription: "half closed", make: { try $0.halfClosed($1) },
            expected: [.listen: 1, .finWait2: 1, .closeWait: 1]),
        Case(testDescription: "time wait", make: { try $0.timeWait($1) }, expected: [.listen: 1, .timeWait: 1]),
        Case(
            testDescription: "orphan", make: { try $0.orphan($1) }, expected: [.listen: 1, .finWait2: 1, .closeWait: 1]),
        Case(
            testDescription: "fin wait 1", make: { try $0.finWait1($1) },
            expected: [.listen: 1, .finWait1: 1, .established: 1]),
        Case(
            testDescription: "last ack", make: { try $0.lastAck($1) },
            expected: [.listen: 1, .lastAck: 1, .finWait2: 1]),
        Case(
            testDescription: "closing", make: { try $0.closing($1) }, expected: [.listen: 1, .closing: 1, .finWait2: 1]),
        Case(
            testDescription: "syn received", make: { try $0.synReceived($1) },
            expected: [.listen: 1, .synReceived: 1, .established: 1]),
        Case(
            testDescription: "full accept queue", make: { try $0.fullAcceptQueue($1) },
            expected: [.listen: 1, .established: 2, .synSent: 1]),
    ]

    @Test(arguments: cases, [TestSocket.Address.ipv4, .ipv6])
    func oneStateIsCountedAsMade(_ example: Case, _ address: TestSocket.Address) throws {
        let observation = try TestThread.inNetworkNamespace {
            let population = TestPopulation()
            try example.make(population, address)
            return try withExtendedLifetime(population) { try Self.observe() }
        }
        Self.expectAgreement(observation)
        let family = address == .ipv4 ? AddressFamily.ipv4 : .ipv6
        let counted = observation.netlink.statistics.connections.filter { $0.value > 0 }
        let expected = example.expected.map { (TCPStatistics.Group(family, $0.key), $0.value) }
        #expect(counted == Dictionary(uniqueKeysWithValues: expected))
    }

    @Test func aMappedConnectionIsIPv6OnItsOwnSideAlone() throws {
        let statistics = try TestThread.inNetworkNamespace {
            let population = TestPopulation()
            try population.connection(.mapped, clientAddress: .ipv4)
            return try withExtendedLifetime(population) { try Self.observe().netlink.statistics }
        }
        #expect(statistics[.ipv4, .established] == 1)
        #expect(statistics[.ipv6, .established] == 1)
        #expect(statistics[.ipv6, .listen] == 1)
        #expect(statistics.total == 3)
    }

    @Test func theSummaryOfTheKernelAgrees() throws {
        let (statistics, summary) = try TestThread.inNetworkNamespace {
            let population = TestPopulation()
            try population.everyState()
            return try withExtendedLifetime(population) {
                (try Self.observe().netlink.statistics, try SocketSummary(procfs: "/proc/thread-self"))
            }
        }
        #expect(summary.difference(statistics) == 0)
        #expect(summary.timeWait >= 2)
    }

    /// What TCP Fast Open brings about is a socket in SYN_RECV, and otherwise there is a request.
    @Test(arguments: [TestSocket.Address.ipv4, .ipv6])
    func socketsInSynReceivedAreToldFromRequests(_ address: TestSocket.Address) throws {
        let (observation, summary) = try TestThread.inNetworkNamespace {
            let population = TestPopulation()
            try population.fastOpened(7, address)
            try population.synReceived(address)
            try population.synReceived(address)
            return try withExtendedLifetime(population) {
                (try Self.observe(), try SocketSummary(procfs: "/proc/thread-self"))
            }
        }
        Self.expectAgreement(observation)
        for statistics in [observation.netlink.statistics, observation.proc.statistics] {
            #expect(statistics[.synReceived] == 9)
            #expect(statistics.requests == 2)
            #expect(summary.difference(statistics) == 0)
        }
    }

    @Test func boundSocketsAreCountedWhereTheKernelTells() throws {
        let (plain, asked) = try TestThread.inNetworkNamespace {
            let population = TestPopulation()
            try population.everyState()
            try population.boundInactive(.ipv4)
            try population.boundInactive(.ipv6)
            try population.boundInactive(.ipv6)
            return try withExtendedLifetime(population) {
                try QuietMoment.observe { try NetlinkSource(.boundInactive).scan().statistics }
            }
        }
        #expect(plain[.boundInactive] == nil)
        // The states that both ask for do not change by asking for one more.
        #expect(asked.connections.filter { $0.key.state != .boundInactive } == plain.connections)
        #expect(asked.queueBytes == plain.queueBytes)
        if TestKernel.isAtLeast(6, 8) {
            #expect(asked[.ipv4, .boundInactive] == 1)
            #expect(asked[.ipv6, .boundInactive] == 2)
        } else {
            #expect(asked[.boundInactive] == nil)
        }
    }

    @Test func withoutAFreePortBoundSocketsAreNotCountedAndTheRestIs() throws {
        let (none, some) = try TestThread.inNetworkNamespace {
            let listener = try TestSocket.listener()
            _ = try Shell.output("echo '\(listener.port) \(listener.port)' > /proc/sys/net/ipv4/ip_local_port_range")
            let source = NetlinkSource(.boundInactive)
            let none = try source.scan().statistics
            _ = try Shell.output("echo '32768 60999' > /proc/sys/net/ipv4/ip_local_port_range")
            return try withExtendedLifetime(listener) { (none, try source.scan().statistics) }
        }
        #expect(none[.boundInactive] == nil)
        #expect(none[.ipv4, .listen] == 1)
        #expect((some[.boundInactive] != nil) == TestKernel.isAtLeast(6, 8))
    }

    @Test func aScanDoesNotCountItsOwnSocket() throws {
        let totals = try TestThread.inNetworkNamespace {
            let source = NetlinkSource(.boundInactive)
            return [try source.scan().statistics.total, try source.scan().statistics.total]
        }
        #expect(totals == [0, 0])
    }
}
