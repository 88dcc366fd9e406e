// SPDX-License-Identifier: Apache-2.0

/// The result of one scan: what was counted, and how it went.
public struct Scan<Statistics: Sendable>: Sendable {
    /// What was counted.
    public var statistics: Statistics
    /// The source that counted.
    public var source: SourceKind
    /// How long the scan took, including what was repeated, and without loading what ``StatisticsSource/prepare()``
    /// loads.
    public var duration: Duration
    /// What had to be repeated.
    public var effort: ScanEffort
    /// What the scan met and did not understand.
    public var unknown: UnknownCounts
    /// Sockets that the source's filter left out.
    public var unselected: UInt64
    /// The parts that failed while the rest of the scan succeeded, and why.
    public var failures: [ScanPart: SourceError]
    /// The sources that failed before this one, where a ``SourceSelector`` tried several.
    public var failedSources: [SourceKind: SourceError]

    /// Creates the result of a scan.
    public init(
        _ statistics: Statistics, source: SourceKind, duration: Duration, effort: ScanEffort = ScanEffort(),
        unknown: UnknownCounts = UnknownCounts(), unselected: UInt64 = 0, failures: [ScanPart: SourceError] = [:],
        failedSources: [SourceKind: SourceError] = [:]
    ) {
        self.statistics = statistics
        self.source = source
        self.duration = duration
        self.effort = effort
        self.unknown = unknown
        self.unselected = unselected
        self.failures = failures
        self.failedSources = failedSources
    }
}

extension Scan: Equatable where Statistics: Equatable {}
extension Scan: Hashable where Statistics: Hashable {}

/// What a scan had to repeat, whether it succeeded or not.
public struct ScanEffort: Sendable, Hashable {
    /// How many times the source began again because an answer was not usable.
    public var repeats: UInt64
    /// How many chains of the kernel's tables were read again because they changed; nil for a source that reads none.
    public var rereadChains: UInt64?

    /// Creates the effort of a scan.
    public init(repeats: UInt64 = 0, rereadChains: UInt64? = nil) {
        self.repeats = repeats
        self.rereadChains = rereadChains
    }

    /// The effort of two scans.
    public static func + (left: ScanEffort, right: ScanEffort) -> ScanEffort {
        let known = [left.rereadChains, right.rereadChains].compactMap { $0 }
        return ScanEffort(
            repeats: left.repeats + right.repeats, rereadChains: known.isEmpty ? nil : known.reduce(0, +))
    }
}

/// What a scan met and did not understand. A count is nil where the source cannot meet it.
public struct UnknownCounts: Sendable, Hashable {
    /// Sockets of an unknown family, which were not counted.
    public var families: UInt64?
    /// Sockets in an unknown state, which were not counted.
    public var states: UInt64?
    /// UNIX sockets of an unknown kind, which were not counted.
    public var kinds: UInt64?
    /// Sockets with an unknown timer, which are missing in the counts by timer alone.
    public var timers: UInt64?
    /// Netlink attributes, which were skipped.
    public var attributes: UInt64?
    /// Netlink messages, which were skipped.
    public var messages: UInt64?

    /// Creates counts; what is left out cannot be met.
    public init(
        families: UInt64? = nil, states: UInt64? = nil, kinds: UInt64? = nil, timers: UInt64? = nil,
        attributes: UInt64? = nil, messages: UInt64? = nil
    ) {
        self.families = families
        self.states = states
        self.kinds = kinds
        self.timers = timers
        self.attributes = attributes
        self.messages = messages
    }
}

/// A part of a scan that may fail while the rest succeeds.
public struct ScanPart: Sendable, Hashable, CustomStringConvertible {
    /// The listening sockets.
    public static let listeners = ScanPart("listeners")
    /// The other network namespaces, some or all of which are missing.
    public static let namespaces = ScanPart("namespaces")
    /// The sockets by cgroup, of which those in other network namespaces are missing, or may be.
    public static let cgroups = ScanPart("cgroups")

    /// A short word in lower case.
    public let description: String

    /// Names a part of the scans of a source of your own.
    public init(_ name: String) {
        description = name
    }
}
