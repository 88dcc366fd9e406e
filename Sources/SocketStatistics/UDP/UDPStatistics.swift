// SPDX-License-Identifier: Apache-2.0

/// The state of a UDP socket, by the kernel's name for it.
public enum UDPState: Sendable, Hashable, CaseIterable {
    /// Connected to a peer.
    case established
    /// Takes datagrams of any peer.
    case close

    /// The word for the state in the exposition. It is stable.
    public var name: String {
        switch self {
        case .established: "established"
        case .close: "close"
        }
    }
}

/// The counts of the UDP sockets of a network namespace: the result of a scan, of the same type from each source.
///
/// What was not counted is nil, never zero. Sockets that are not bound to a port are not in the kernel's table, and in no
/// count.
public struct UDPStatistics: Sendable, Hashable {
    /// The sockets counted together.
    public struct Group: Sendable, Hashable {
        /// The address family of the sockets.
        public var family: AddressFamily
        /// The state that the sockets are in.
        public var state: UDPState

        /// Creates a group.
        public init(_ family: AddressFamily, _ state: UDPState) {
            self.family = family
            self.state = state
        }
    }

    /// The bytes in the queues of the sockets of a family, as the kernel accounts memory: with the overhead of each
    /// datagram.
    public struct QueueBytes: Sendable, Hashable {
        /// Received and not yet read by the application.
        public var receive: UInt64
        /// Written by the application and not yet sent.
        public var send: UInt64

        /// Creates the bytes of a family.
        public init(receive: UInt64, send: UInt64) {
            self.receive = receive
            self.send = send
        }
    }

    /// The sockets that are bound to a port.
    public struct Port: Sendable, Hashable, Comparable {
        /// Their address family.
        public var family: AddressFamily
        /// The local port.
        public var number: UInt16

        /// Creates a port.
        public init(_ family: AddressFamily, _ number: UInt16) {
            self.family = family
            self.number = number
        }

        /// By number, IPv4 first.
        public static func < (left: Port, right: Port) -> Bool {
            (left.number, left.family == .ipv6 ? 1 : 0) < (right.number, right.family == .ipv6 ? 1 : 0)
        }
    }

    /// Sockets by family and state.
    public var sockets: [Group: UInt64]
    /// Bytes in queues by family; nil where they were not counted.
    public var queueBytes: [AddressFamily: QueueBytes]?
    /// Datagrams that the sockets of each bound port dropped since they were opened, also where that is 0; nil where they
    /// were not counted.
    public var drops: [Port: UInt64]?
    /// Sockets of other network namespaces by inode number; nil where they were not asked for, or could not be counted.
    public var namespaces: UDPNamespaces?

    /// Creates statistics from counts that were taken elsewhere; what is left out was not counted.
    public init(
        sockets: [Group: UInt64] = [:], queueBytes: [AddressFamily: QueueBytes]? = nil, drops: [Port: UInt64]? = nil,
        namespaces: UDPNamespaces? = nil
    ) {
        self.sockets = sockets
        self.queueBytes = queueBytes
        self.drops = drops
        self.namespaces = namespaces
    }

    /// Sockets of a family in a state; nil where they were not counted.
    public subscript(family: AddressFamily, state: UDPState) -> UInt64? {
        sockets[Group(family, state)]
    }

    /// All sockets counted.
    public var total: UInt64 {
        sockets.values.reduce(0, +)
    }
}

/// The UDP sockets of all network namespaces.
public struct UDPNamespaces: Sendable, Hashable {
    /// The inode number of the namespace that was counted.
    public var own: UInt32
    /// Sockets by family and state in each namespace, with those that are not told apart.
    public var members: Breakdown<UInt32, [UDPStatistics.Group: UInt64]>
    /// What identifies the other namespaces, by inode number, for those of which it is known.
    public var identities: [UInt32: NamespaceIdentity]

    /// Creates the counts of namespaces.
    public init(
        own: UInt32, members: Breakdown<UInt32, [UDPStatistics.Group: UInt64]>,
        identities: [UInt32: NamespaceIdentity] = [:]
    ) {
        self.own = own
        self.members = members
        self.identities = identities
    }
}

/// A scan of UDP sockets.
public typealias UDPScan = Scan<UDPStatistics>
