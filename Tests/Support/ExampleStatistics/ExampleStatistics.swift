// SPDX-License-Identifier: Apache-2.0

public import SocketStatistics

/// Statistics with a number of its own in each place.
public enum ExampleStatistics {
    public static let statistics: TCPStatistics = {
        var statistics = TCPStatistics()
        for (familyIndex, family) in AddressFamily.allCases.enumerated() {
            for state in TCPState.allCases {
                statistics.connections[.init(family, state)] = UInt64(state.rawValue) + UInt64(familyIndex) * 100
            }
        }
        statistics.queueBytes = [.ipv4: .init(receive: 1, send: 2), .ipv6: .init(receive: 3, send: 4)]
        statistics.timers = Dictionary(
            uniqueKeysWithValues: TCPTimer.allCases.map { ($0, 1000 + UInt64($0.rawValue)) })
        statistics.listeners = [
            Endpoint(IPAddress(ipv4: 0), port: 443): Listener(sockets: 2, backlog: 10, backlogLimit: 8192, drops: 3),
            Endpoint(IPAddress(ipv6: 1), port: 8090): Listener(backlog: 0, backlogLimit: 128, drops: 0),
            Endpoint(IPAddress(ipv4: 0x7f00_0001), port: 22): Listener(backlog: 1, backlogLimit: 127, drops: 0),
            Endpoint(IPAddress(ipv6: 0xfe80 << 112 | 1), port: 5355, interface: "eth0"): Listener(
                backlog: 0, backlogLimit: 3, drops: 0),
        ]
        statistics.ports = Breakdown(
            [443: states(100), 8090: states(10), 22: states(1000)], others: states(7), otherKeys: 1)
        statistics.namespaces = NamespaceStatistics(
            own: 4_026_531_840,
            members: Breakdown(
                [
                    4_026_531_840: .init(connections: statistics.connections.filter { $0.key.state != .boundInactive }),
                    4_026_532_100: .init(
                        connections: connections([.init(.ipv4, .established): 5]),
                        listeners: [
                            Endpoint(IPAddress(ipv4: 0), port: 443): Listener(
                                sockets: 2, backlog: 6, backlogLimit: 10, drops: 0, fullSockets: 1, fullness: 1),
                            Endpoint(IPAddress(ipv4: 0), port: 443, interface: "7"): Listener(
                                backlog: 0, backlogLimit: 5, drops: 9),
                        ], cookie: 12),
                    4_026_532_200: .init(
                        connections: connections([.init(.ipv4, .listen): 1, .init(.ipv6, .listen): 2]), cookie: 13,
                        cgroup: 4711),
                    4_026_532_300: .init(
                        connections: connections([.init(.ipv6, .closeWait): 1]), cookie: 14, cgroup: 1),
                ],
                others: .init(connections: connections([.init(.ipv4, .timeWait): 4])), otherKeys: 1))
        statistics.connectionTable = .init(entries: 123_456, buckets: 262_144, longestChain: 6)
        statistics.ephemeralPorts = .init(portsInUse: 2345, busiestDestination: 1357)
        statistics.cgroups = cgroups
        statistics.latency = PortBreakdown(
            listening: Breakdown(
                [443: latency(40), 8090: latency(3), 22: latency(2)], others: latency(1), otherKeys: 1),
            unlistened: latency(500))
        statistics.idleness = PortBreakdown(
            listening: Breakdown(
                [443: idleness(40), 8090: idleness(3), 22: idleness(2)], others: idleness(1), otherKeys: 1),
            unlistened: idleness(500))
        return statistics
    }()

    /// Two with the same path, one with none, and others.
    private static let cgroups = CgroupStatistics(
        members: Breakdown(
            [
                7: states(50), 8: states(60), 9: [.established: 3, .closeWait: 1], 10: [.established: 1],
            ], others: [.established: 2], otherKeys: 2),
        none: [.timeWait: 80, .synReceived: 4],
        paths: [
            7: "/system.slice/nginx.service", 8: "/system.slice/nginx.service",
            9:
                "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod6e3c9fdf_64cc_4d4d_9be5_0ea0bd2d9b0f.slice"
                + "/cri-containerd-\(String(repeating: "0123456789abcdef", count: 4)).scope",
        ])

    /// So many connections, with numbers of their own in each place.
    private static func latency(_ connections: UInt64) -> TCPLatency {
        TCPLatency(
            roundTrips: Distribution(
                bounds: TCPLatency.roundTripBounds, counts: [0, 1, connections - 1], sum: Double(connections) / 4096),
            congestionWindows: Distribution(
                bounds: TCPLatency.congestionWindowBounds, counts: [0, 0, 0, 0, connections],
                sum: Double(10 * connections)),
            unacknowledged: connections / 2, retransmitting: connections / 10, zeroWindow: connections / 20,
            lostSegments: connections / 4)
    }

    private static func idleness(_ connections: UInt64) -> TCPIdleness {
        TCPIdleness(
            established: Distribution(
                bounds: TCPIdleness.bounds, counts: [connections - 1, 1], sum: Double(connections) / 2),
            closeWait: Distribution(
                bounds: TCPIdleness.bounds, counts: [0, 0, 0, 0, 0, 0, connections / 20], sum: Double(connections) * 100
            ))
    }

    /// The same of UDP sockets.
    public static let udp: UDPStatistics = {
        var statistics = UDPStatistics()
        statistics.sockets = udpSockets(11, 12, 13, 14)
        statistics.queueBytes = [.ipv4: .init(receive: 5, send: 6), .ipv6: .init(receive: 7, send: 8)]
        statistics.drops = [
            .init(.ipv4, 53): 3, .init(.ipv6, 53): 0, .init(.ipv4, 123): 0, .init(.ipv4, 5353): 1, .init(.ipv6, 443): 2,
        ]
        statistics.namespaces = UDPNamespaces(
            own: 4_026_531_840,
            members: Breakdown(
                [
                    4_026_531_840: statistics.sockets, 4_026_532_100: udpSockets(0, 5, 0, 1),
                    4_026_532_200: udpSockets(1, 2, 3, 4), 4_026_532_300: udpSockets(0, 0, 0, 7),
                ], others: udpSockets(0, 9, 0, 0), otherKeys: 1),
            identities: [
                4_026_532_100: NamespaceIdentity(cookie: 12),
                4_026_532_200: NamespaceIdentity(cookie: 13, cgroup: 4711),
                4_026_532_300: NamespaceIdentity(cookie: 14, cgroup: 1),
            ])
        return statistics
    }()

    /// UDP sockets: connected and not, of IPv4 and of IPv6.
    public static func udpSockets(
        _ ipv4Established: UInt64, _ ipv4Close: UInt64, _ ipv6Established: UInt64, _ ipv6Close: UInt64
    ) -> [UDPStatistics.Group: UInt64] {
        [
            .init(.ipv4, .established): ipv4Established, .init(.ipv4, .close): ipv4Close,
            .init(.ipv6, .established): ipv6Established, .init(.ipv6, .close): ipv6Close,
        ]
    }

    /// UNIX sockets with a number of its own in each place.
    public static let unix: UNIXStatistics = {
        var statistics = UNIXStatistics()
        for (kindIndex, kind) in UNIXSocketKind.allCases.enumerated() {
            for (stateIndex, state) in UNIXState.allCases.enumerated() where kind != .datagram || state != .listen {
                statistics.sockets[.init(kind, state)] = UInt64(100 + 10 * kindIndex + stateIndex)
            }
        }
        statistics.listeners = Breakdown(
            [
                UNIXSocketName(path: "/run/docker.sock"): UNIXListener(backlog: 129, backlogLimit: 128),
                UNIXSocketName(path: "/run/new\nline\"quoted\""): UNIXListener(backlog: 2, backlogLimit: 16),
                UNIXSocketName(abstract: "/tmp/.X11-unix/X0"): UNIXListener(backlog: 1, backlogLimit: 4096),
                UNIXSocketName(path: "other"): UNIXListener(backlog: 3, backlogLimit: 5),
                UNIXSocketName(path: "/run/idle"): UNIXListener(sockets: 2, backlog: 0, backlogLimit: 30),
            ], others: UNIXListener(sockets: 2, backlog: 5, backlogLimit: 4096), otherKeys: 2)
        return statistics
    }()

    /// Limits of the kernel, each with a number of its own.
    public static let limits: KernelLimits = {
        var limits = KernelLimits()
        limits.orphanSockets = 3
        limits.orphanLimit = 131_072
        limits.timeWaitSockets = 114
        limits.timeWaitLimit = 65_536
        limits.tcpMemory = 409_600
        limits.tcpMemoryLimits = .init(low: 1_000_000, pressure: 2_000_000, high: 3_000_000)
        limits.openSockets = 1500
        limits.openFiles = 2500
        limits.openFilesLimit = 9_223_372_036_854_775_807
        limits.conntrackEntries = 1234
        limits.conntrackLimit = 262_144
        limits.ephemeralPorts = 28_232
        return limits
    }()

    /// A number of sockets in each state.
    public static func states(_ sockets: UInt64) -> StateCounts {
        StateCounts(
            Dictionary(
                uniqueKeysWithValues: TCPState.allCases.filter { $0 != .boundInactive }.map {
                    ($0, sockets + UInt64($0.rawValue))
                }))
    }

    /// Some sockets, and none in the states that are left out.
    public static func connections(_ some: [TCPStatistics.Group: UInt64]) -> [TCPStatistics.Group: UInt64] {
        let groups = AddressFamily.allCases.flatMap { family in
            TCPState.allCases.filter { $0 != .boundInactive }.map { TCPStatistics.Group(family, $0) }
        }
        return Dictionary(uniqueKeysWithValues: groups.map { ($0, some[$0] ?? 0) })
    }

    /// One that has sockets and one that has none; one that means something else.
    public static let names = NamespaceNames(
        names: [4_026_532_100: "blue", 4_026_532_200: "other", 4_026_532_400: "green"],
        cgroups: [1: "/", 4711: "/system.slice/ssh.service"])
}
