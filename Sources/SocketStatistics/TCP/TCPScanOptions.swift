// SPDX-License-Identifier: Apache-2.0

/// What a scan counts only on request, because it costs more.
public struct TCPScanOptions: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Sockets that are bound but neither listening nor connected, where the kernel reports them (Linux 6.8 and later).
    /// It costs a second walk, of the kernel's table of all bound sockets.
    public static let boundInactive = TCPScanOptions(rawValue: 1 << 0)

    /// The sockets of all network namespaces. BPF counts them in the same walk; netlink needs a dump in each of them,
    /// which walks the whole table each time and needs CAP_SYS_ADMIN.
    public static let allNamespaces = TCPScanOptions(rawValue: 1 << 1)

    /// Bytes in queues and pending timers where they cost much: with BPF they double the time. The other sources always
    /// count them.
    public static let queues = TCPScanOptions(rawValue: 1 << 2)

    /// Sockets by cgroup. With ``allNamespaces`` those of all network namespaces, else those of the one that is counted.
    public static let cgroups = TCPScanOptions(rawValue: 1 << 3)

    /// Round trips, congestion windows and what waits for an answer, by port. Over netlink the kernel locks each socket for
    /// that.
    public static let latency = TCPScanOptions(rawValue: 1 << 4)

    /// How long connections have been idle, by port. Over netlink the kernel locks each socket for that.
    public static let idle = TCPScanOptions(rawValue: 1 << 5)
}
