// SPDX-License-Identifier: Apache-2.0

/// One step of a scrape that can be run alone, without a kernel's sockets or a server.
public struct Part {
    /// What the step is called in tables and thresholds.
    public let name: String
    /// Runs to measure together: enough of them for a clock and for valgrind.
    public let runs: Int
    /// Reads what the step works on, and returns the step.
    public let prepare: () throws(PartError) -> () throws -> Void

    /// All parts, in the order of a scrape.
    public static var all: [Part] {
        [.fold, .parse] + Part.writing + [.negotiation]
    }
}

/// Why a part cannot be run.
public struct PartError: Error, CustomStringConvertible {
    /// One sentence for people.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
