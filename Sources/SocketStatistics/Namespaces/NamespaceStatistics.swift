// SPDX-License-Identifier: Apache-2.0

/// The TCP sockets of the network namespaces of a system.
public struct NamespaceStatistics: Sendable, Hashable {
    /// The sockets of one network namespace, and what tells it from others.
    public struct Member: Sendable, Hashable {
        /// Sockets by family and state. A state that could not be counted has no entry.
        public var connections: [TCPStatistics.Group: UInt64]
        /// Listening sockets by endpoint; nil where they could not be counted.
        public var listeners: [Endpoint: Listener]?
        /// The kernel's number of the namespace, which it never gives out again (SO_NETNS_COOKIE). Nil where it is not known.
        public var cookie: UInt64?
        /// The cgroup of one of the namespace's sockets: its number, which is the inode number of its directory under the
        /// cgroup2 mount. Nil where it is not known.
        public var cgroup: UInt64?
        /// It belongs to another user namespace than this process, so that any user can have made it. False where that is not
        /// known.
        public var isOfTenant: Bool

        /// Creates a member of counts that were taken elsewhere.
        public init(
            connections: [TCPStatistics.Group: UInt64] = [:], listeners: [Endpoint: Listener]? = nil,
            cookie: UInt64? = nil, cgroup: UInt64? = nil, isOfTenant: Bool = false
        ) {
            self.connections = connections
            self.listeners = listeners
            self.cookie = cookie
            self.cgroup = cgroup
            self.isOfTenant = isOfTenant
        }

        /// All sockets counted.
        public var total: UInt64 {
            connections.values.reduce(0, +)
        }
    }

    /// The inode number of the namespace that the scan is about (`readlink /proc/self/ns/net`).
    public var own: UInt32
    /// The namespaces that have a socket, and the own one, by inode number; those with a name under `/run/netns` too, where
    /// they were found to have none.
    public var members: [UInt32: Member]
    /// Sockets of namespaces that are not told apart, because there are too many. Nil where not all of them were counted.
    public var others: [TCPStatistics.Group: UInt64]?
    /// The inode numbers of the namespaces that could not be counted: all others without a member have no socket. Nil where
    /// that is not known.
    public var uncounted: Set<UInt32>?

    /// Creates statistics of counts that were taken elsewhere.
    public init(
        own: UInt32, members: [UInt32: Member], others: [TCPStatistics.Group: UInt64]? = [:],
        uncounted: Set<UInt32>? = []
    ) {
        self.own = own
        self.members = members
        self.others = others
        self.uncounted = uncounted
    }
}
