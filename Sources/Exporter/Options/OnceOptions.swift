// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// Whether to print one scrape instead of serving.
struct OnceOptions: ParsableArguments {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text
        case openmetrics
        case table
    }

    @Flag(
        name: .customLong("once"),
        help: "Print one scrape to standard output and exit, for the textfile collector and for people.")
    var once = false

    @Option(name: .customLong("format"), help: "With --once: the format to print. (default: text)")
    var requestedFormat: Format?

    var format: Format { requestedFormat ?? .text }

    func validate() throws {
        guard once || requestedFormat == nil else {
            throw ValidationError("--format goes with --once: the server's clients choose by their Accept header.")
        }
    }
}
