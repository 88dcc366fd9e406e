// SPDX-License-Identifier: Apache-2.0

/// What one scan brought, and how it went.
public struct TCPScan: Sendable, Hashable {
    /// What a scan met and did not understand. Nil where the source cannot meet it.
    public struct Unknown: Sendable, Hashable {
        /// Sockets of a family that is neither IPv4 nor IPv6, which were not counted.
        public var families: UInt64?
        /// Sockets in a state that is not in ``TCPState``, which were not counted.
        public var states: UInt64?
        /// Sockets with a timer that is not in ``TCPTimer``, which are missing in the timers alone.
        public var timers: UInt64?
        /// Netlink attributes, which were skipped.
        public var attributes: UInt64?
        /// Netlink messages, which were skipped.
        public var messages: UInt64?

        /// Makes counts; what is left out cannot be met.
        public init(
            families: UInt64? = nil, states: UInt64? = nil, timers: UInt64? = nil, attributes: UInt64? = nil,
            messages: UInt64? = nil
        ) {
            self.families = families
            self.states = states
            self.timers = timers
            self.attributes = attributes
            self.messages = messages
        }
    }

    /// Where the statistics come from.
    public var source: SourceKind
    /// What was counted.
    public var statistics: TCPStatistics
    /// How long the scan took, with what was done again.
    public var duration: Duration
    /// What was met and not understood.
    public var unknown: Unknown
    /// Sockets that the source's filter left out.
    public var unselected: UInt64
    /// Why the other network namespaces, which were asked for, are missing or not complete.
    public var namespaceFailure: SourceError?
    /// Why the listening sockets are missing.
    public var listenerFailure: SourceError?

    /// Makes a scan of what was brought elsewhere.
    public init(
        source: SourceKind, statistics: TCPStatistics, duration: Duration, unknown: Unknown = Unknown(),
        unselected: UInt64 = 0, namespaceFailure: SourceError? = nil, listenerFailure: SourceError? = nil
    ) {
        self.source = source
        self.statistics = statistics
        self.duration = duration
        self.unknown = unknown
        self.unselected = unselected
        self.namespaceFailure = namespaceFailure
        self.listenerFailure = listenerFailure
    }

    /// Sockets walked: those counted and those left out.
    public var sockets: UInt64 {
        statistics.total + (unknown.families ?? 0) + (unknown.states ?? 0) + unselected
    }
}
