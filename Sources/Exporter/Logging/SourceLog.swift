// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import SocketStatistics
internal import Synchronization

/// Logs which source the statistics of a protocol come from, when that changes.
final class SourceLog<Statistics: Sendable>: Sendable {
    private let logger: Logger
    private let message: Logger.Message
    private let fallbackLevel: Logger.Level
    private let sources: SourceSelector<Statistics>
    private let sockets: @Sendable (Scan<Statistics>) -> UInt64
    private let logged = Mutex<SourceKind?>(nil)

    /// - Parameters:
    ///   - title: The protocol for people, such as `TCP`.
    ///   - fallbackLevel: The level of a choice that is not the best.
    ///   - sockets: How many sockets were counted.
    init(
        _ logger: Logger, _ title: String, _ sources: SourceSelector<Statistics>, fallbackLevel: Logger.Level,
        sockets: @escaping @Sendable (Scan<Statistics>) -> UInt64
    ) {
        self.logger = logger
        message = "Counting \(title) sockets"
        self.sockets = sockets
        self.fallbackLevel = fallbackLevel
        self.sources = sources
    }

    /// Takes note of a scan; nil for one that failed.
    func note(_ scan: Scan<Statistics>?) {
        guard let scan, let choice = sources.choice, choice.source == scan.source else { return }
        let isNew = logged.withLock { logged in
            defer { logged = choice.source }
            return logged != choice.source
        }
        guard isNew else { return }
        logger.log(
            level: choice.isBest ? .info : fallbackLevel,
            message,
            metadata: [
                "source": .string(choice.source.description),
                "reason": .string(choice.reason),
                "sockets": .stringConvertible(sockets(scan)),
            ])
    }
}

extension SourceLog<TCPStatistics> {
    convenience init(_ logger: Logger, _ sources: SourceSelector<TCPStatistics>) {
        self.init(logger, "TCP", sources, fallbackLevel: .warning) { $0.sockets }
    }
}

extension SourceLog<UDPStatistics> {
    /// Before Linux 6.2 the best source does not work, and no warning is due.
    convenience init(_ logger: Logger, _ sources: SourceSelector<UDPStatistics>) {
        self.init(logger, "UDP", sources, fallbackLevel: .info) { $0.statistics.sockets.values.reduce(0, +) }
    }
}
