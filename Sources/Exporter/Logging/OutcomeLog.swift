// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import SocketStatistics
internal import Synchronization

/// Logs what changed from one scrape to the next, and stays silent while nothing does.
final class OutcomeLog: Sendable {
    private let logger: Logger
    private let failing = Mutex<Set<String>>([])

    init(_ logger: Logger) {
        self.logger = logger
    }

    func note(_ readings: Readings) {
        if let result = readings.tcp.value, result.isNewChoice {
            noteChoice(result)
        }
        for collector in readings.collectors {
            noteOutcome(of: collector.name, collector.failure)
        }
    }

    private func noteChoice(_ result: SourceSelector.Result) {
        logger.log(
            level: result.choice.isBest ? .info : .warning,
            "Counting TCP sockets",
            metadata: [
                "source": .string(result.choice.source.description),
                "reason": .string(result.choice.reason),
                "sockets": .stringConvertible(result.scan.sockets),
            ])
    }

    private func noteOutcome(of name: String, _ failure: (any Error)?) {
        let changed = failing.withLock { failing in
            failure == nil ? failing.remove(name) != nil : failing.insert(name).inserted
        }
        guard changed else { return }
        if let failure {
            logger.error("Collector failed", metadata: ["collector": .string(name), "err": "\(failure)"])
        } else {
            logger.info("Collector works again", metadata: ["collector": .string(name)])
        }
    }
}
