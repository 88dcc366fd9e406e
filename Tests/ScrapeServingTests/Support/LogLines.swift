// SPDX-License-Identifier: Apache-2.0

import Logging
import Synchronization

/// Keeps the lines of a logger that tell about collectors, as `level: message collector error`.
final class LogLines: Sendable, LogHandler {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    subscript(metadataKey _: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }

    var logLevel: Logger.Level {
        get { .info }
        set {}
    }

    func log(event: LogEvent) {
        guard let collector = event.metadata?["collector"] else { return }
        let error = event.metadata?["err"].map { " \($0)" } ?? ""
        lines.withLock { $0.append("\(event.level): \(event.message) \(collector)\(error)") }
    }
}
