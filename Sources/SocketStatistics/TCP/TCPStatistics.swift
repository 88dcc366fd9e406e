// SPDX-License-Identifier: Apache-2.0

/// The counts of the TCP sockets of a network namespace: the result of a scan, of the same type from each source.
///
/// What was not counted is nil, never zero.
public struct TCPStatistics: Sendable, Hashable {
    /// The sockets counted together.
    public struct Group: Sendable, Hashable {
        /// The address family of the sockets.
        public var family: AddressFamily
        /// The state that the sockets are in.
        public var state: TCPState

        /// Creates a group.
        public init(_ family: AddressFamily, _ state: TCPState) {
            self.family = family
            self.state = state
        }
    }

    /// The bytes in the queues of the sockets of a family. Listeners have none: their queues hold connections.
    public struct QueueBytes: Sendable, Hashable {
        /// Received and not yet read by the application.
        public var receive: UInt64
        /// Written by the application and not yet acknowledged by the peer.
        public var send: UInt64

        /// Creates the bytes of a family.
        public init(receive: UInt64, send: UInt64) {
            self.receive = receive
            self.send = send
        }
    }

    /// The kernel's hash table of connections, which most network namespaces share.
    public struct ConnectionTable: Sendable, Hashable {
        /// Sockets in the table, of all namespaces that share it.
        public var entries: UInt64
        /// Buckets of the table.
        public var buckets: UInt64
        /// Sockets in the longest chain of a bucket.
        public var longestChain: UInt64

        /// Creates the measures of a table.
        public init(entries: UInt64, buckets: UInt64, longestChain: UInt64) {
            self.entries = entries
            self.buckets = buckets
            self.longestChain = longestChain
        }
    }

    /// The ports from which the kernel opens connections (`net.ipv4.ip_local_port_range`), and the sockets on them.
    public struct EphemeralPortUse: Sendable, Hashable {
        /// How many different ports of the range have a socket.
        public var portsInUse: UInt64
        /// The most sockets, those in TIME_WAIT included, from one local address to one remote address and port over ports
        /// of the range: an upper bound, which is exact unless destinations collide in the table that they are counted in.
        public var busiestDestination: UInt64

        /// Creates the measures of the range.
        public init(portsInUse: UInt64, busiestDestination: UInt64) {
            self.portsInUse = portsInUse
            self.busiestDestination = busiestDestination
        }
    }

    /// Sockets by family and state. A state that was not counted has no entry.
    public var connections: [Group: UInt64]
    /// Connection requests among the sockets in state ``TCPState/synReceived``: all but the connections of TCP Fast
    /// Open, which are sockets from the first segment on. Nil where the source cannot tell them apart.
    public var requests: UInt64?
    /// Bytes in queues by family; nil where they were not counted.
    public var queueBytes: [AddressFamily: QueueBytes]?
    /// Sockets by pending timer; nil where they were not counted.
    public var timers: [TCPTimer: UInt64]?
    /// Listening sockets by address and port; nil where they were not counted.
    public var listeners: [Endpoint: Listener]?
    /// Sockets by local port, for the ports that have a listener. All sockets with the port are counted, also those
    /// that another program opened from it to somewhere else. Nil where they were not counted.
    public var ports: Breakdown<UInt16, StateCounts>?
    /// Sockets of all network namespaces; nil where they were not asked for, or could not be counted.
    public var namespaces: NamespaceStatistics?
    /// The kernel's table; nil where the source does not walk it.
    public var connectionTable: ConnectionTable?
    /// How the ephemeral ports are used; nil where it was not counted.
    public var ephemeralPorts: EphemeralPortUse?
    /// Sockets by cgroup; nil where they were not counted.
    public var cgroups: CgroupStatistics?
    /// How connections are doing, by local port; nil where it was not measured.
    public var latency: PortBreakdown<TCPLatency>?
    /// How long connections have been idle, by local port; nil where it was not measured.
    public var idleness: PortBreakdown<TCPIdleness>?

    /// Creates statistics from counts that were taken elsewhere; what is left out was not counted.
    public init(
        connections: [Group: UInt64] = [:],
        queueBytes: [AddressFamily: QueueBytes]? = nil,
        timers: [TCPTimer: UInt64]? = nil,
        listeners: [Endpoint: Listener]? = nil,
        ports: Breakdown<UInt16, StateCounts>? = nil,
        namespaces: NamespaceStatistics? = nil,
        connectionTable: ConnectionTable? = nil,
        requests: UInt64? = nil,
        ephemeralPorts: EphemeralPortUse? = nil,
        cgroups: CgroupStatistics? = nil,
        latency: PortBreakdown<TCPLatency>? = nil,
        idleness: PortBreakdown<TCPIdleness>? = nil
    ) {
        self.connections = connections
        self.queueBytes = queueBytes
        self.timers = timers
        self.listeners = listeners
        self.ports = ports
        self.namespaces = namespaces
        self.connectionTable = connectionTable
        self.requests = requests
        self.ephemeralPorts = ephemeralPorts
        self.cgroups = cgroups
        self.latency = latency
        self.idleness = idleness
    }

    /// Sockets of a family in a state; nil where they were not counted.
    public subscript(family: AddressFamily, state: TCPState) -> UInt64? {
        connections[Group(family, state)]
    }

    /// Sockets of both families in a state; nil where they were not counted.
    public subscript(state: TCPState) -> UInt64? {
        let counts = AddressFamily.allCases.compactMap { self[$0, state] }
        return counts.isEmpty ? nil : counts.reduce(0, +)
    }

    /// All sockets counted.
    public var total: UInt64 {
        connections.values.reduce(0, +)
    }
}

/// A scan of TCP sockets.
public typealias TCPScan = Scan<TCPStatistics>

extension Scan where Statistics == TCPStatistics {
    /// All sockets that the scan met: those counted, those not understood, and those that the filter left out.
    public var sockets: UInt64 {
        statistics.total + (unknown.families ?? 0) + (unknown.states ?? 0) + unselected
    }
}
