// SPDX-License-Identifier: Apache-2.0

internal import SystemPackage

/// The connections that netfilter tracks in a network namespace.
package struct ConntrackTable: Sendable, Hashable {
    package var entries: UInt64
    /// The most that there may be.
    package var limit: UInt64

    package init(entries: UInt64, limit: UInt64) {
        self.entries = entries
        self.limit = limit
    }
}
