// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// What a scrape wants, and until when.
public struct ScrapeRequest: Sendable {
    /// When the answer is due; nil where it may take any time.
    public var deadline: ContinuousClock.Instant?
    /// The collectors that are asked.
    public var selection: CollectorSelection
    /// What collectors leave for those after them. Its copies have the same.
    private let findings = Findings()
    /// Tells that nobody waits for the answer any more; nil where nobody will.
    package var cancellation: ScrapeCancellation?

    /// Creates a request; by default for everything, without a deadline.
    public init(deadline: ContinuousClock.Instant? = nil, selection: CollectorSelection = .all) {
        self.deadline = deadline
        self.selection = selection
    }

    /// Leaves what a collector found for the collectors that are registered after it: in this scrape, and in no other that may
    /// be under way at the same time.
    package func leave(_ finding: some Sendable, from collector: any Collector & AnyObject) {
        findings.values.withLock { $0[ObjectIdentifier(collector)] = finding }
    }

    /// What a collector found for this request; nil where it left nothing, or nothing yet.
    package func finding<Value: Sendable>(
        of collector: any Collector & AnyObject, as type: Value.Type = Value.self
    ) -> Value? {
        findings.values.withLock { $0[ObjectIdentifier(collector)] } as? Value
    }

    private final class Findings: Sendable {
        let values = Mutex<[ObjectIdentifier: any Sendable]>([:])
    }
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
