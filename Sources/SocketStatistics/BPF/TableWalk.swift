// SPDX-License-Identifier: Apache-2.0

#if BPF
internal import CSocketWalk

/// The results of a walk of the kernel's tables, of any protocol.
protocol TableWalk: Sendable {
    /// How it went.
    var summary: csw_summary { get }
    /// What the own namespace's table is called.
    static var table: String { get }
}

extension TableWalk {
    /// Why the walk did not count all sockets of the own namespace; nil when it did.
    var failure: SourceError? {
        if summary.long_chains > 0 {
            return SourceError(
                .incomplete,
                """
                \(summary.long_chains) chains of \(Self.table) are longer than the 65,536 sockets that can be counted in \
                one: make the table larger, or use the source netlink
                """)
        }
        guard summary.changed_chains > 0 else { return nil }
        return SourceError(
            .incomplete, "\(summary.changed_chains) chains of \(Self.table) changed each time they were read")
    }

    /// Another walk may count what this one did not.
    var isWorthRepeating: Bool {
        summary.changed_chains > 0 && summary.long_chains == 0
    }
}
#endif
