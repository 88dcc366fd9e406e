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

    private var names: Set<String> = []

    /// Takes note of outcomes, and returns what is new.
    ///
    /// Another reason is no news: there may be one at each scrape.
    ///
    /// - Parameter ignoresFailures: Whether the failures say nothing about the collectors.
    mutating func note(_ outcomes: [CollectorOutcome], ignoresFailures: Bool = false) -> [Change] {
        outcomes.compactMap { outcome in
            if let error = outcome.error {
                return !ignoresFailures && names.insert(outcome.name).inserted ? .failed(outcome.name, error) : nil
            }
            return names.remove(outcome.name).map(Change.recovered)
        }
    }
}

/// Logs a collector that begins to fail, or to be late, and one that works again: a line for each scrape would fill a
/// disk.
final class FailureLog: Sendable {
    /// A gather that ended so soon because its client did not wait says nothing about the collectors: otherwise clients
    /// with very short time-outs would fill the log.
    private static let shortest = Duration.seconds(1)

    private let logger: Logger
    private let failing = Mutex(FailingCollectors())

    init(_ logger: Logger) {
        self.logger = logger
    }

    func note(_ ended: ScrapeWorker.Ended) {
        let isHasty = (ended.isCutShort || ended.isCancelled) && ended.duration < Self.shortest
        let changes = failing.withLock { $0.note(ended.gathered.outcomes, ignoresFailures: isHasty) }
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
