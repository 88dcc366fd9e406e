// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Which of several sources is in use, and why.
public struct SourceChoice: Sendable, Hashable {
    /// The source that is used.
    public var source: SourceKind
    /// Whether it is the best of the sources to choose from.
    public var isBest: Bool
    /// A short reason for people: that it was requested or is the best, or why no better source is in use.
    public var reason: String

    /// Creates a choice.
    public init(_ source: SourceKind, isBest: Bool, reason: String) {
        self.source = source
        self.isBest = isBest
        self.reason = reason
    }
}

/// Uses the best of several sources that works, falls back to the next when it fails, and tries it again after a while.
///
/// A scan that fails because its deadline has passed is no reason to fall back: there is no time left for another
/// source, and the next scan begins with the same one.
public final class SourceSelector<Statistics: Sendable>: StatisticsSource {
    private let sources: [any StatisticsSource<Statistics>]
    private let now: @Sendable () -> ContinuousClock.Instant
    /// Held during a scan.
    private let turn = Mutex(())
    /// Never held during a scan, so that the choice can be read at any time.
    private let selection: Mutex<SourceSelection>
    /// Errors from ``prepare()`` that no scan has reported yet.
    private let unreported = Mutex<[SourceKind: SourceError]>([:])

    /// Creates a selector.
    ///
    /// - Parameters:
    ///   - sources: Best first. A single one is used or the scan fails.
    ///   - retryInterval: How long a source that failed is left alone while another works.
    ///   - now: The clock.
    /// - Precondition: There is at least one source, and each is of another kind.
    public init(
        _ sources: [any StatisticsSource<Statistics>], retryInterval: Duration = .seconds(30),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock().now }
    ) {
        precondition(!sources.isEmpty, "a selector needs a source")
        precondition(Set(sources.map(\.kind)).count == sources.count, "the sources of a selector differ in kind")
        self.sources = sources
        self.now = now
        selection = Mutex(SourceSelection(candidates: sources.map(\.kind), retryInterval: retryInterval))
    }

    /// The kinds of the sources, best first.
    public var kinds: [SourceKind] { sources.map(\.kind) }

    /// The source that worked last, or was prepared, and why it is in use; nil before that.
    public var choice: SourceChoice? { selection.withLock { $0.choice } }

    /// The kind of the source in use; of the best one before there is a choice.
    public var kind: SourceKind { choice?.source ?? sources[0].kind }

    /// Prepares the sources, best first, until one is ready. Scans begin with that one.
    ///
    /// - Throws: the reason of the only source, or of each, when none is ready.
    public func prepare() throws(SourceError) {
        try turn.withLock { _ throws(SourceError) in
            let failures = try firstSuccess { source throws(SourceError) in try source.prepare() }.failures
            unreported.withLock { $0.merge(failures) { $1 } }
        }
    }

    /// Counts with the best source that works now.
    ///
    /// ``Scan/failedSources`` has the errors of the sources that failed before it, the first time also those of
    /// ``prepare()``.
    ///
    /// - Throws: the reason of the only source, or of each, when none works.
    @available(*, noasync, message: "a scan blocks its thread: use 'try await source.scan(until:)'")
    public func scan(until deadline: ContinuousClock.Instant?) throws(SourceError) -> Scan<Statistics> {
        try turn.withLock { _ throws(SourceError) in
            var (scan, failures) = try firstSuccess { source throws(SourceError) in
                try source.scan(until: deadline)
            }
            scan.failedSources = unreported.withLock { unreported in
                defer { unreported = [:] }
                return unreported.merging(failures) { $1 }
            }
            return scan
        }
    }

    /// Calls `body` with one source after the other until it succeeds.
    private func firstSuccess<Value>(
        _ body: (any StatisticsSource<Statistics>) throws(SourceError) -> Value
    ) throws(SourceError) -> (value: Value, failures: [SourceKind: SourceError]) {
        var failures: [(source: SourceKind, error: SourceError)] = []
        for kind in selection.withLock({ $0.order(at: now()) }) {
            guard let source = sources.first(where: { $0.kind == kind }) else { continue }
            do throws(SourceError) {
                let value = try body(source)
                selection.withLock { $0.worked(kind) }
                return (value, Dictionary(failures) { $1 })
            } catch {
                selection.withLock { $0.failed(kind, error, at: now()) }
                failures.append((kind, error))
                if error.code == .deadlineExceeded { break }
            }
        }
        throw combined(failures)
    }

    private func combined(_ failures: [(source: SourceKind, error: SourceError)]) -> SourceError {
        if sources.count == 1, let failure = failures.first {
            return failure.error
        }
        let failedSources = Dictionary(failures) { $1 }
        if var error = failures.last?.error, error.code == .deadlineExceeded {
            let reasons = failures.map(\.error.description).reversed()
            error.description = reasons.joined(separator: "; ")
            error.failedSources = failedSources
            return error
        }
        let reasons = failures.map(\.error.description).joined(separator: "; ")
        return SourceError(.unavailable, "no source works: \(reasons)", failedSources: failedSources)
    }
}
