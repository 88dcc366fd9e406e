// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// Whether to print one scrape instead of serving.
struct OnceOptions: ParsableArguments {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text
        case openmetrics
        case table
    }

    /// A time in seconds.
    struct Timeout: ExpressibleByArgument {
        var duration: Duration

        init?(argument: String) {
            // What Double also reads, such as 0x1p3, is no time that anybody means.
            guard argument.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E }),
                let seconds = Double(argument), seconds > 0, seconds <= 86_400
            else { return nil }
            duration = .seconds(seconds)
        }
    }

    @Flag(
        name: .customLong("once"),
        help: "Print one scrape to standard output and exit, for the textfile collector and for people.")
    var once = false

    @Option(name: .customLong("format"), help: "With --once: the format to print. (default: text)")
    var requestedFormat: Format?

    @Option(
        name: .customLong("once.timeout"), parsing: .unconditional,
        help: ArgumentHelp(
            "With --once: collectors that take longer are left out. (default: no limit)", valueName: "seconds"))
    var timeout: Timeout?

    var format: Format { requestedFormat ?? .text }

    func validate() throws {
        guard once || requestedFormat == nil else {
            throw ValidationError("--format goes with --once: the server's clients choose by their Accept header.")
        }
        guard once || timeout == nil else {
            throw ValidationError("--once.timeout goes with --once: the server's clients send their own time-out.")
        }
    }
}
