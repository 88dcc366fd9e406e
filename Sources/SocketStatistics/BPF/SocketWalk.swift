// SPDX-License-Identifier: Apache-2.0

#if BPF
internal import CSocketWalk

/// The results of a walk of the kernel's tables of TCP sockets.
struct SocketWalk: TableWalk {
    static let table = "the table of connections"

    struct Namespace {
        /// 0 for the namespaces that are not told apart.
        var inode: UInt32
        var cookie: UInt64?
        var cgroup: UInt64?
        var connections: [TCPStatistics.Group: UInt64] = [:]
        /// Connection requests among those in SYN_RECV.
        var requests: UInt64 = 0
        /// Sockets in states that are not known.
        var unknownStates: UInt64 = 0
        /// Connections of it are missing in the counts.
        var isIncomplete = false
        var isOfTenant = false
        /// Nil where some are missing.
        var listeners: [Endpoint: Listener]?
    }

    var summary: csw_summary
    /// The listening sockets of the own namespace, or why they are not known.
    var listening: Result<[ListeningSocket], SourceError>
    var ports: Breakdown<UInt16, StateCounts>
    /// Nil where they were not asked for.
    var queueBytes: [AddressFamily: TCPStatistics.QueueBytes]?
    var timers: [TCPTimer: UInt64]?
    /// Nil where the ephemeral ports or the listeners are not known.
    var ephemeralPorts: TCPStatistics.EphemeralPortUse?
    /// Nil where they were not asked for, or where the kernel does not have them.
    var cgroups: CgroupStatistics?
    var latency: PortBreakdown<TCPLatency>?
    var idleness: PortBreakdown<TCPIdleness>?
    var own: Namespace
    /// The namespaces that are not told apart.
    var others: Namespace
    /// The other namespaces that have a socket.
    var foreign: [Namespace]

    /// Why it did not count all of the other namespaces; nil when it did.
    var namespaceFailure: SourceError? {
        var reasons: [String] = []
        if summary.lost_listener_chains > 0 {
            reasons.append(
                "their listeners are missing: \(summary.lost_listener_chains) chains of the table of listeners changed all the time or are too long"
            )
        }
        if summary.uncounted_tables > 0 {
            reasons.append(
                "\(summary.uncounted_tables) tables of their own could not be counted in the time they may take")
        }
        let listless = foreign.count { $0.listeners == nil }
        if summary.lost_listener_chains == 0 && listless > 0 {
            reasons.append("\(listless) have more listening endpoints than can be listed")
        }
        guard !reasons.isEmpty else { return nil }
        return SourceError(
            .incomplete, "other network namespaces are not complete: \(reasons.joined(separator: "; "))")
    }
}
#endif
