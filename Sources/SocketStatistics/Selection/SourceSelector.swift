// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Uses the best of several sources that works, falls back when it fails, and tries it again after a while.
public final class SourceSelector: Sendable {
    /// A scan, and which source it came from.
    public struct Result: Sendable, Hashable {
        /// What the source brought.
        public var scan: TCPScan
        /// Which source the scan came from, and why.
        public var choice: SourceChoice
        /// The source is another one than in the scan before, or this is the first: worth a line in the log.
        public var isNewChoice: Bool

        /// Makes a result.
        public init(scan: TCPScan, choice: SourceChoice, isNewChoice: Bool) {
            self.scan = scan
            self.choice = choice
            self.isNewChoice = isNewChoice
        }
    }

    private let sources: [any TCPStatisticsSource]
    private let now: @Sendable () -> ContinuousClock.Instant
    private let selection: Mutex<SourceSelection>

    /// - Parameters:
    ///   - sources: best first; at least one, of different kinds. A single one is used or the scan fails.
    ///   - retryInterval: how long a source that failed is left alone while another works.
    ///   - now: the clock.
    public init(
        _ sources: [any TCPStatisticsSource], retryInterval: Duration = .seconds(30),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock().now }
    ) {
        precondition(!sources.isEmpty, "a selector needs a source")
        precondition(Set(sources.map(\.kind)).count == sources.count, "the sources of a selector differ in kind")
        self.sources = sources
        self.now = now
        selection = Mutex(SourceSelection(candidates: sources.map(\.kind), retryInterval: retryInterval))
    }

    /// Counts every TCP socket with the best source that works now.
    ///
    /// - Throws: the reason of the only source, or of each, when none works.
    public func scan() throws(SourceError) -> Result {
        try selection.withLock { selection throws(SourceError) in
            var failures: [(source: SourceKind, error: SourceError)] = []
            for kind in selection.order(at: now()) {
                guard let source = sources.first(where: { $0.kind == kind }) else { continue }
                do throws(SourceError) {
                    let scan = try source.scan()
                    let (choice, isNew) = selection.worked(kind, after: failures, at: now())
                    return Result(scan: scan, choice: choice, isNewChoice: isNew)
                } catch {
                    failures.append((kind, error))
                }
            }
            throw Self.combined(failures)
        }
    }

    /// How many times each source began a scan again.
    public var repeats: [SourceKind: UInt64] {
        Dictionary(sources.map { ($0.kind, $0.repeats) }) { first, _ in first }
    }

    /// How many chains of the kernel's tables each source read again, for those that read any.
    public var rereadChains: [SourceKind: UInt64] {
        Dictionary(sources.compactMap { source in source.rereadChains.map { (source.kind, $0) } }) { first, _ in first }
    }

    private static func combined(_ failures: [(source: SourceKind, error: SourceError)]) -> SourceError {
        if failures.count == 1 {
            return failures[0].error
        }
        let reasons = failures.map(\.error.description).joined(separator: "; ")
        return SourceError(.unavailable, "no source of TCP statistics works: \(reasons)")
    }
}
