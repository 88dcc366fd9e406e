// SPDX-License-Identifier: Apache-2.0

/// Decides which source to use: the best one that works; after a failure the next, until the better ones are tried again.
///
/// A value without a clock or a kernel of its own: the caller says what happened and when.
struct SourceSelection: Sendable {
    /// Best first, never empty.
    private let candidates: [SourceKind]
    private let retryInterval: Duration
    private var current: SourceChoice?
    private var retryAt: ContinuousClock.Instant?

    init(candidates: [SourceKind], retryInterval: Duration) {
        self.candidates = candidates
        self.retryInterval = retryInterval
    }

    /// The sources to try now, in this order, until one works.
    func order(at now: ContinuousClock.Instant) -> [SourceKind] {
        guard let current, let retryAt, now < retryAt else { return candidates }
        // The better ones failed a short while ago: they come last, for the case that nothing else works.
        let better = candidates.prefix { $0 != current.source }
        return Array(candidates.dropFirst(better.count) + better)
    }

    /// A source worked after others had failed with these errors.
    ///
    /// - Parameter failures: the errors of this scan by source; empty where the first one worked.
    /// - Returns: the choice in force, and whether it is another source than before.
    mutating func worked(
        _ source: SourceKind, after failures: [(source: SourceKind, error: SourceError)],
        at now: ContinuousClock.Instant
    ) -> (choice: SourceChoice, isNew: Bool) {
        let isBest = source == candidates.first
        if isBest {
            retryAt = nil
        } else if failures.contains(where: { $0.source == candidates.first }) {
            retryAt = now.advanced(by: retryInterval)
        }
        if let current, current.source == source, failures.isEmpty {
            return (current, false)
        }
        let isNew = current?.source != source
        let choice = SourceChoice(source, isBest: isBest, reason: reason(isBest: isBest, failures.map(\.error)))
        current = choice
        return (choice, isNew)
    }

    private func reason(isBest: Bool, _ errors: [SourceError]) -> String {
        if candidates.count == 1 { return "requested" }
        if isBest { return "best available" }
        return errors.map(\.description).joined(separator: "; ")
    }
}
