// SPDX-License-Identifier: Apache-2.0

#if BPF
internal import CSocketWalk

/// The results of a walk of the kernel's tables.
struct SocketWalk {
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
    var own: Namespace
    /// The namespaces that are not told apart.
    var others: Namespace
    /// The other namespaces that have a socket.
    var foreign: [Namespace]

    /// Why the walk did not count all connections of the own namespace; nil when it did.
    var failure: SourceError? {
        if summary.long_chains > 0 {
            return SourceError(
                .incomplete,
                """
                \(summary.long_chains) chains of the table of connections are longer than the 65,536 sockets that can be \
                counted in one: make the table larger, or use the source netlink
                """)
        }
        guard summary.changed_chains > 0 else { return nil }
        return SourceError(
            .incomplete,
            "\(summary.changed_chains) chains of the table of connections changed each time they were read"
        )
    }

    /// Another walk may count what this one did not.
    var isWorthRepeating: Bool {
        summary.changed_chains > 0 && summary.long_chains == 0
    }

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
