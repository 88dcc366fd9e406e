// SPDX-License-Identifier: Apache-2.0

internal import Logging

/// Formats each message as one line.
struct LineLogHandler: LogHandler {
    var format: LogFormat
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    /// Receives each line, including its newline.
    let write: @Sendable (String) -> Void

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let merged = metadata.merging(event.metadata ?? [:]) { _, new in new }
        var pairs = [("time", Timestamp.now), ("level", Self.name(event.level)), ("msg", "\(event.message)")]
        if let error = event.error {
            pairs.append(("err", "\(error)"))
        }
        pairs += merged.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
        write("\(format.line(pairs))\n")
    }

    /// The levels by the names that Prometheus programs use.
    private static func name(_ level: Logger.Level) -> String {
        switch level {
        case .trace, .debug: "DEBUG"
        case .info, .notice: "INFO"
        case .warning: "WARN"
        case .error, .critical: "ERROR"
        }
    }
}
