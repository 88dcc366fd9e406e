// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Logging

/// What is logged, and how. The log goes to standard error.
struct LogOptions: ParsableArguments {
    enum Level: String, CaseIterable, ExpressibleByArgument {
        case debug
        case info
        case warn
        case error

        var loggerLevel: Logger.Level {
            switch self {
            case .debug: .debug
            case .info: .info
            case .warn: .warning
            case .error: .error
            }
        }
    }

    @Option(
        name: .customLong("log.level"),
        help: ArgumentHelp("Only log messages with this severity or above.", valueName: "level"))
    var level = Level.info

    @Option(name: .customLong("log.format"), help: ArgumentHelp("Output format of log messages.", valueName: "format"))
    var format = LogFormat.logfmt

    /// A logger that passes its lines to a function.
    func logger(_ write: @escaping @Sendable (String) -> Void) -> Logger {
        Logger(label: "socket_exporter") { _ in
            LineLogHandler(format: format, logLevel: level.loggerLevel, write: write)
        }
    }
}

extension LogFormat: ExpressibleByArgument {}
