// SPDX-License-Identifier: Apache-2.0

/// The TCP sockets of the network namespaces of a system.
public struct NamespaceStatistics: Sendable, Hashable {
    /// The namespace that the scan tells of: its inode number (`readlink /proc/self/ns/net`).
    public var own: UInt32
    /// Sockets by the namespace's inode number, family and state. A namespace without sockets is there too.
    public var connections: [UInt32: [TCPStatistics.Group: UInt64]]
    /// Sockets of namespaces that are not told apart, because there are too many.
    public var others: [TCPStatistics.Group: UInt64]

    /// Makes statistics of counts that were taken elsewhere.
    public init(
        own: UInt32, connections: [UInt32: [TCPStatistics.Group: UInt64]],
        others: [TCPStatistics.Group: UInt64] = [:]
    ) {
        self.own = own
        self.connections = connections
        self.others = others
    }
}
