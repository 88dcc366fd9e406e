// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import Logging
internal import Synchronization

/// Knows which collectors fail, and so which of their outcomes are news.
struct FailingCollectors {
    /// What is new about a collector.
    enum Change {
        case failed(String, any Error)
        case recovered(String)
    }

    private struct Failing {
        /// Failures in a row that may only mean that a client did not wait.
        var hasty = 0
        var isLogged = false
    }

    /// So many in a row do mean something.
    private static let hastyLimit = 10
    /// At most one failure of a collector is told in this time: clients could make one fail and succeed as often as they like.
    private static let interval = Duration.seconds(60)

    private var failing: [String: Failing] = [:]
    private var told: [String: ContinuousClock.Instant] = [:]

    /// Takes note of outcomes, and returns what is new.
    ///
    /// Another reason is no news: there may be one at each scrape.
    ///
    /// - Parameter isHasty: Whether failures may only mean that the client did not wait.
    mutating func note(
        _ outcomes: [CollectorOutcome], isHasty: Bool = false, at now: ContinuousClock.Instant = .now
    ) -> [Change] {
        let errors = Dictionary(outcomes.compactMap { outcome in outcome.error.map { (outcome.name, $0) } }) { one, _ in
            one
        }
        var seen: Set<String> = []
        return outcomes.compactMap { outcome in
            guard seen.insert(outcome.name).inserted else { return nil }
            guard let error = errors[outcome.name] else {
                return failing.removeValue(forKey: outcome.name)?.isLogged == true ? .recovered(outcome.name) : nil
            }
            return noteFailure(outcome.name, isHasty, now) ? .failed(outcome.name, error) : nil
        }
    }

    /// Takes note of a failure, and returns whether it is to be told.
    private mutating func noteFailure(_ name: String, _ isHasty: Bool, _ now: ContinuousClock.Instant) -> Bool {
        var state = failing[name] ?? Failing()
        defer { failing[name] = state }
        if isHasty { state.hasty += 1 }
        guard !state.isLogged, !isHasty || state.hasty >= Self.hastyLimit else { return false }
        if let last = told[name], last.duration(to: now) < Self.interval { return false }
        told[name] = now
        state.isLogged = true
        return true
    }
}

/// Logs a collector that begins to fail, or to be late, and one that works again: a line for each scrape would fill a
/// disk.
final class FailureLog: Sendable {
    /// A gather that ended so soon because its client did not wait says little about the collectors.
    private static let shortest = Duration.seconds(1)

    private let logger: Logger
    private let failing = Mutex(FailingCollectors())

    init(_ logger: Logger) {
        self.logger = logger
    }

    func note(_ ended: ScrapeWorker.Ended) {
        let isHasty = (ended.isCutShort || ended.isCancelled) && ended.duration < Self.shortest
        let changes = failing.withLock { $0.note(ended.gathered.outcomes, isHasty: isHasty) }
        for change in changes {
            switch change {
            case .failed(let name, let error):
                let reason =
                    error is CancellationError
                    ? "it had not finished after \(ended.duration), when the last client left" : "\(error)"
                logger.error("Collector failed", metadata: ["collector": "\(name)", "err": "\(reason)"])
            case .recovered(let name):
                logger.info("Collector works again", metadata: ["collector": "\(name)"])
            }
        }
    }
}
