// SPDX-License-Identifier: Apache-2.0

/// Decides which source to use: the best one that works. A source that failed is tried after the others until its time
/// has come again.
///
/// A value without a clock or a kernel of its own: the caller says what happened and when.
struct SourceSelection: Sendable {
    private struct Failure {
        var error: SourceError
        var retryAt: ContinuousClock.Instant
    }

    /// Best first, never empty.
    private let candidates: [SourceKind]
    private let retryInterval: Duration
    /// The last error of each source that has not worked since.
    private var failures: [SourceKind: Failure] = [:]
    /// The source that worked last, and why it is in use; nil before one has worked.
    private(set) var choice: SourceChoice?

    init(candidates: [SourceKind], retryInterval: Duration) {
        self.candidates = candidates
        self.retryInterval = retryInterval
    }

    /// The sources to try now, in this order, until one works.
    func order(at now: ContinuousClock.Instant) -> [SourceKind] {
        func isResting(_ source: SourceKind) -> Bool { failures[source].map { now < $0.retryAt } ?? false }
        return candidates.filter { !isResting($0) } + candidates.filter(isResting)
    }

    /// A source worked.
    mutating func worked(_ source: SourceKind) {
        failures[source] = nil
        choice = SourceChoice(source, isBest: source == candidates.first, reason: reason(source))
    }

    /// A source failed.
    mutating func failed(_ source: SourceKind, _ error: SourceError, at now: ContinuousClock.Instant) {
        if error.code == .deadlineExceeded {
            // Nothing is known about the source. Only one that is not in use, and was merely tried again, is left
            // alone.
            guard source != choice?.source else { return }
            failures[source]?.retryAt = now.advanced(by: retryInterval)
        } else {
            failures[source] = Failure(error: error, retryAt: now.advanced(by: retryInterval))
        }
    }

    private func reason(_ source: SourceKind) -> String {
        if candidates.count == 1 { return "requested" }
        if source == candidates.first { return "best available" }
        let better = candidates.prefix { $0 != source }
        return better.compactMap { failures[$0]?.error.description }.joined(separator: "; ")
    }
}
