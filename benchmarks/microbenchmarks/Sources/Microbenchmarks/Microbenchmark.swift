// SPDX-License-Identifier: Apache-2.0

/// One step of a scrape, run alone: without sockets and without a server.
public struct Microbenchmark {
    /// The name in tables and thresholds.
    public let name: String
    /// How many runs are measured together: enough for the resolution of a clock and of valgrind.
    public let runs: Int
    /// Reads the input of the step, and returns the step.
    public let prepare: () throws(MicrobenchmarkError) -> () throws -> Void

    /// All microbenchmarks, in the order of a scrape.
    public static var all: [Microbenchmark] {
        [.fold, .parse] + Microbenchmark.writing + [.negotiation]
    }
}

/// Why a microbenchmark cannot be run.
public struct MicrobenchmarkError: Error, CustomStringConvertible {
    /// One sentence for people.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
