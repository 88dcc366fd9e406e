// SPDX-License-Identifier: Apache-2.0

/// What sockets may run into: the kernel's own counts, and their limits.
///
/// What the kernel does not tell is nil, never zero. Counts and limits are of the network namespace that is counted, or
/// of the whole host where that is said.
public struct KernelLimits: Sendable, Hashable {
    /// The levels of `net.ipv4.tcp_mem`, in bytes.
    public struct MemoryLevels: Sendable, Hashable {
        /// Below it the kernel does not restrain TCP's memory.
        public var low: UInt64
        /// From here on the kernel restrains it, until it is below ``low`` again.
        public var pressure: UInt64
        /// The most that TCP may have.
        public var high: UInt64

        /// Creates the levels.
        public init(low: UInt64, pressure: UInt64, high: UInt64) {
            self.low = low
            self.pressure = pressure
            self.high = high
        }
    }

    /// TCP sockets without a process, of the whole host.
    public var orphanSockets: UInt64?
    /// How many there may be (`net.ipv4.tcp_max_orphans`). Told in the first network namespace alone.
    public var orphanLimit: UInt64?
    /// Minisockets: TCP connections in TIME_WAIT, and those in FIN_WAIT2 without a process.
    public var timeWaitSockets: UInt64?
    /// How many minisockets there may be (`net.ipv4.tcp_max_tw_buckets`).
    public var timeWaitLimit: UInt64?
    /// Bytes that TCP sockets have, of the whole host.
    public var tcpMemory: UInt64?
    /// The limits of ``tcpMemory``. Told in the first network namespace alone.
    public var tcpMemoryLimits: MemoryLevels?
    /// Sockets of all protocols.
    public var openSockets: UInt64?
    /// Open files of the whole host, sockets among them (`fs.file-nr`).
    public var openFiles: UInt64?
    /// How many open files there may be (`fs.file-max`).
    public var openFilesLimit: UInt64?
    /// Connections that netfilter tracks; nil where it tracks none.
    public var conntrackEntries: UInt64?
    /// How many it may track; nil also where there is no limit.
    public var conntrackLimit: UInt64?
    /// The ports that the kernel chooses from: those of `net.ipv4.ip_local_port_range` that are not reserved.
    public var ephemeralPorts: UInt64?

    /// Creates limits of which nothing is known yet.
    public init() {}
}
