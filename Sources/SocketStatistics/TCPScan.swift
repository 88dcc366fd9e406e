// SPDX-License-Identifier: Apache-2.0

/// What one scan brought, and how it went.
public struct TCPScan: Sendable, Hashable {
    /// What a scan met and could not count.
    public enum Skipped: String, Sendable, Hashable, CaseIterable {
        /// Sockets of a family that is neither IPv4 nor IPv6.
        case family
        /// Sockets in a state that is not in ``TCPState``.
        case state
        /// Sockets with a timer that is not in ``TCPTimer``; they are missing in the timers alone.
        case timer
        /// Netlink attributes of unknown types.
        case attribute
        /// Netlink messages of unknown types.
        case message
    }

    /// Where the statistics come from.
    public var source: SourceKind
    public var statistics: TCPStatistics
    /// How long the scan took, with what was done again.
    public var duration: Duration
    /// How many of each kind were skipped; a kind that the source cannot meet has no entry.
    public var skipped: [Skipped: UInt64]

    public init(
        source: SourceKind, statistics: TCPStatistics, duration: Duration, skipped: [Skipped: UInt64] = [:]
    ) {
        self.source = source
        self.statistics = statistics
        self.duration = duration
        self.skipped = skipped
    }

    /// Sockets walked: those counted and those skipped.
    public var sockets: UInt64 {
        statistics.total + skipped[.family, default: 0] + skipped[.state, default: 0]
    }
}
