// SPDX-License-Identifier: Apache-2.0

#if BPF
internal import CSocketWalk

/// The results of a walk of the kernel's tables of UDP sockets.
struct UDPWalk: TableWalk {
    struct Namespace {
        /// 0 for the namespaces that are not told apart.
        var inode: UInt32
        var cookie: UInt64?
        var cgroup: UInt64?
        var sockets: [UDPStatistics.Group: UInt64] = [:]
        /// Sockets in states that are not known.
        var unknownStates: UInt64 = 0
        /// Sockets of it are missing in the counts.
        var isIncomplete = false
        var isOfTenant = false

        var identity: NamespaceIdentity {
            NamespaceIdentity(cookie: cookie, cgroup: cgroup, isOfTenant: isOfTenant)
        }
    }

    static let table = "the table of UDP sockets"

    var summary: csw_summary
    /// Nil where the kernel does not tell.
    var queueBytes: [AddressFamily: UDPStatistics.QueueBytes]?
    var drops: [UDPStatistics.Port: UInt64]?
    var own: Namespace
    /// The namespaces that are not told apart.
    var others: Namespace
    /// The other namespaces that have a socket.
    var foreign: [Namespace]

    /// Why it did not count all of the other namespaces; nil when it did.
    var namespaceFailure: SourceError? {
        guard summary.uncounted_tables > 0 || summary.shared_table_is_incomplete else { return nil }
        let tables = max(summary.uncounted_tables, 1)
        return SourceError(
            .incomplete,
            """
            UDP sockets of other network namespaces are not complete: \(tables) tables of their own could not be counted in \
            the time they may take
            """)
    }
}

extension UDPStatistics {
    init(_ walk: UDPWalk) {
        self.init(sockets: walk.own.sockets, queueBytes: walk.queueBytes, drops: walk.drops)
    }
}

extension UDPNamespaces {
    /// Nil where most namespaces could not be counted.
    init?(_ walk: UDPWalk) {
        guard !walk.summary.shared_table_is_incomplete else { return nil }
        // Of two with one number, the first has gone.
        let present = Dictionary(walk.foreign.filter { !$0.isIncomplete }.map { ($0.inode, $0) }) { $1 }
        var members = present.mapValues(\.sockets)
        members[walk.own.inode] = walk.own.sockets
        let others = walk.summary.uncounted_tables == 0 ? walk.others.sockets : nil
        let hasOthers = others?.values.contains { $0 > 0 } == true
        // How many namespaces the others are is not known.
        self.init(
            own: walk.own.inode, members: Breakdown(members, others: others, otherKeys: hasOthers ? 1 : 0),
            identities: present.mapValues(\.identity))
    }
}

extension UnknownCounts {
    init(_ walk: UDPWalk) {
        self.init(families: walk.summary.unknown_families, states: walk.own.unknownStates)
    }
}
#endif
