// SPDX-License-Identifier: Apache-2.0

/// What a scrape wants, and until when.
public struct ScrapeRequest: Sendable {
    /// When the answer is due; nil where it may take any time.
    public var deadline: ContinuousClock.Instant?
    /// The collectors that are asked.
    public var selection: CollectorSelection
    /// What tells this request from others. Its copies have the same.
    private let identity = Identity()
    /// Tells that nobody waits for the answer any more; nil where nobody will.
    package var cancellation: ScrapeCancellation?

    /// Creates a request; by default for everything, without a deadline.
    public init(deadline: ContinuousClock.Instant? = nil, selection: CollectorSelection = .all) {
        self.deadline = deadline
        self.selection = selection
    }

    /// Whether this is another request, or a copy of the same one.
    public func isSame(as other: ScrapeRequest) -> Bool {
        identity === other.identity
    }

    private final class Identity: Sendable {}
}

/// Which of a registry's collectors a scrape asks.
public struct CollectorSelection: Hashable, Sendable {
    private enum Rule: Hashable, Sendable {
        case only(Set<String>)
        case except(Set<String>)
    }

    private let rule: Rule

    /// All of them.
    public static let all = CollectorSelection(rule: .except([]))

    /// Those with one of the names.
    public static func only(_ names: Set<String>) -> CollectorSelection { CollectorSelection(rule: .only(names)) }

    /// All but those with one of the names.
    public static func except(_ names: Set<String>) -> CollectorSelection { CollectorSelection(rule: .except(names)) }

    /// Whether the collector of a name is asked.
    public func contains(_ name: String) -> Bool {
        switch rule {
        case .only(let names): names.contains(name)
        case .except(let names): !names.contains(name)
        }
    }
}

/// What a scrape brought.
public struct Gathered: Sendable {
    /// The families, in the order in which their collectors were registered.
    public var families: [MetricFamily]
    /// How each collector did: those that can be selected, then their parts, then those that cannot.
    public var outcomes: [CollectorOutcome]

    /// Creates what was gathered elsewhere.
    public init(families: [MetricFamily], outcomes: [CollectorOutcome] = []) {
        self.families = families
        self.outcomes = outcomes
    }
}
