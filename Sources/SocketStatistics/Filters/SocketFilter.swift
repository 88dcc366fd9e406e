// SPDX-License-Identifier: Apache-2.0

/// Which of the TCP sockets of a network namespace a source counts.
///
/// A socket belongs to this process while one of its descriptors refers to it. Some sockets belong to no process: those
/// in TIME_WAIT and SYN_RECV, orphans, and connections that wait to be accepted. Only their local port identifies them,
/// so ``process`` also includes all sockets on the ports on which this process listens.
///
/// The filter applies to everything in the result: queues, timers, listeners and ports too.
public struct SocketFilter: Sendable, Hashable {
    /// Whether the sockets that this process has open are counted.
    let ownSockets: Bool
    /// Whether the sockets on the ports on which this process listens are counted.
    let ownPorts: Bool
    /// The ports whose sockets are counted; nil where all sockets are.
    let ports: Set<UInt16>?

    /// Every socket of the network namespace.
    public static let all = SocketFilter(ports: nil)

    /// The sockets of a server: ``ownSockets`` and ``ownPorts``, each socket once.
    public static let process = SocketFilter(ownSockets: true, ownPorts: true)

    /// The sockets that this process has open, found by the inode numbers of its descriptors.
    ///
    /// Sockets that it shares with other processes, such as its children, are included; sockets without a descriptor
    /// are not: those sent away over a Unix socket, or registered with io_uring and closed. The descriptors are listed
    /// before the sockets are counted, so sockets that are opened or closed in between may be missing.
    public static let ownSockets = SocketFilter(ownSockets: true)

    /// The sockets whose local port is one on which this process listens at the time of the scan, whoever has them
    /// open.
    public static let ownPorts = SocketFilter(ownPorts: true)

    /// The sockets whose local port is one of these, whoever has them open.
    public static func ports(_ ports: Set<UInt16>) -> SocketFilter {
        SocketFilter(ports: ports)
    }

    private init(ownSockets: Bool = false, ownPorts: Bool = false, ports: Set<UInt16>? = []) {
        self.ownSockets = ownSockets
        self.ownPorts = ownPorts
        self.ports = ports
    }
}
