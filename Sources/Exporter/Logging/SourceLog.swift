// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import SocketStatistics
internal import Synchronization

/// Logs which source the statistics come from, when that changes.
final class SourceLog: Sendable {
    private let logger: Logger
    private let sources: SourceSelector<TCPStatistics>
    private let logged = Mutex<SourceKind?>(nil)

    init(_ logger: Logger, _ sources: SourceSelector<TCPStatistics>) {
        self.logger = logger
        self.sources = sources
    }

    /// Takes note of a scan; nil for one that failed.
    func note(_ scan: Scan<TCPStatistics>?) {
        guard let scan, let choice = sources.choice, choice.source == scan.source else { return }
        let isNew = logged.withLock { logged in
            defer { logged = choice.source }
            return logged != choice.source
        }
        guard isNew else { return }
        logger.log(
            level: choice.isBest ? .info : .warning,
            "Counting TCP sockets",
            metadata: [
                "source": .string(choice.source.description),
                "reason": .string(choice.reason),
                "sockets": .stringConvertible(scan.sockets),
            ])
    }
}
