// SPDX-License-Identifier: Apache-2.0

/// The connections that netfilter tracks in a network namespace.
package struct ConntrackTable: Sendable, Hashable {
    /// How many there are.
    package var entries: UInt64
    /// How many there may be; 0 for no limit.
    package var limit: UInt64

    package init(entries: UInt64, limit: UInt64) {
        self.entries = entries
        self.limit = limit
    }
}
