// SPDX-License-Identifier: Apache-2.0

/// The TCP sockets of the network namespaces of a system.
public struct NamespaceStatistics: Sendable, Hashable {
    /// The sockets of one network namespace, and what identifies it.
    public struct Member: Sendable, Hashable {
        /// Sockets by family and state. A state that could not be counted has no entry.
        public var connections: [TCPStatistics.Group: UInt64]
        /// Listening sockets by endpoint; nil where they could not be counted.
        public var listeners: [Endpoint: Listener]?
        /// The kernel's number of the namespace, which it never uses again (SO_NETNS_COOKIE). Nil where it is not
        /// known.
        public var cookie: UInt64?
        /// The cgroup of one of the namespace's sockets: its number, which is the inode number of its directory under
        /// the cgroup2 mount. Nil where it is not known.
        public var cgroup: UInt64?
        /// Whether it belongs to another user namespace than this process, so that any user can have created it. False
        /// where that is not known.
        public var isOfTenant: Bool

        /// Creates a member from counts that were taken elsewhere.
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

    /// The inode number of the namespace of the scan itself (`readlink /proc/self/ns/net`).
    public var own: UInt32
    /// The namespaces that have a socket, and the own one, by inode number; those with a name under `/run/netns` too,
    /// where they were found to have none. The others are those beyond the source's limit.
    public var members: Breakdown<UInt32, Member>
    /// The inode numbers of the namespaces that could not be counted: all others without a member have no socket. Nil
    /// where that is not known.
    public var uncounted: Set<UInt32>?

    /// Creates statistics from counts that were taken elsewhere.
    public init(own: UInt32, members: Breakdown<UInt32, Member>, uncounted: Set<UInt32>? = []) {
        self.own = own
        self.members = members
        self.uncounted = uncounted
    }
}
