// SPDX-License-Identifier: Apache-2.0

internal import CSocketWalk

/// What a walk of the kernel's tables brought.
struct SocketWalk {
    static let ownNamespace = Int(CSW_OWN_NAMESPACE)
    static let otherNamespaces = Int(CSW_OTHER_NAMESPACES)

    struct Namespace {
        /// 0 for the namespaces that are not told apart, and for one that has gone.
        var inode: UInt32
        var connections: [TCPStatistics.Group: UInt64] = [:]
        /// Sockets in states that are not known.
        var unknownStates: UInt64 = 0
    }

    var summary: csw_summary
    /// The sockets of the own namespace that listen.
    var listening: [ListeningSocket]
    var ports: PortStatistics
    /// Empty where they were not asked for.
    var queueBytes: [AddressFamily: TCPStatistics.QueueBytes]
    var timers: [TCPTimer: UInt64]
    /// The own namespace, those that are not told apart, and then the others.
    var namespaces: [Namespace]

    /// Why the walk did not count all; nil when it did.
    var failure: SourceError? {
        if summary.uncounted_chains > 0 {
            return SourceError(
                .incomplete,
                "\(summary.uncounted_chains) chains of the kernel's table changed each time they were read, or are too long"
            )
        }
        return nil
    }

    /// Why it did not count all namespaces; nil when it did.
    var namespaceFailure: SourceError? {
        if summary.uncounted_foreign_chains > 0 {
            return SourceError(
                .incomplete,
                """
                \(summary.uncounted_foreign_chains) chains of other network namespaces' tables changed each time they were \
                read, or are too long
                """)
        }
        guard summary.uncounted_tables > 0 else { return nil }
        return SourceError(
            .incomplete,
            "\(summary.uncounted_tables) network namespaces with a table of their own are more than can be told apart")
    }
}
