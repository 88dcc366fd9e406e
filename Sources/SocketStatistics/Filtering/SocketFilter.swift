// SPDX-License-Identifier: Apache-2.0

/// Which of the TCP sockets of a network namespace a source counts.
///
/// A socket belongs to this process as long as one of its descriptors refers to it. Some belong to nobody: those in
/// TIME_WAIT and SYN_RECV, orphans, and connections that wait to be accepted. They are found by their local port alone,
/// which is why ``process`` also takes what is on the ports on which this process listens.
///
/// Everything else in the result is restricted alike: queues, timers, listeners and ports.
public struct SocketFilter: Sendable, Hashable {
    /// Whether the sockets that this process has open are counted.
    let ownSockets: Bool
    /// Whether the sockets on the ports on which this process listens are counted.
    let ownPorts: Bool
    /// The ports whose sockets are counted; nil where all sockets are.
    let ports: Set<UInt16>?

    /// Every socket of the network namespace.
    public static let all = SocketFilter(ports: nil)

    /// What a server wants to know of itself: ``ownSockets`` and ``ownPorts``, each socket once.
    public static let process = SocketFilter(ownSockets: true, ownPorts: true)

    /// The sockets that this process has open, found by the inode numbers of its descriptors.
    ///
    /// Those count that it shares with other processes, such as its children, and not those of which it has no descriptor:
    /// sent away over a Unix socket, or registered with io_uring and closed. The descriptors are listed before the sockets
    /// are counted, so that what is opened or closed in between may be missing.
    public static let ownSockets = SocketFilter(ownSockets: true)

    /// The sockets whose local port is one on which this process listens at the time of the scan, whoever has them open.
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
