// SPDX-License-Identifier: Apache-2.0

/// A part of an exposition that is asked at each scrape: a feature with a name.
///
/// The name is its flag (`--collector.NAME`), its key in a query (`collect[]=NAME`) and the label `collector` of its
/// outcome.
public protocol Collector: Sendable {
    /// A short name, usually in lower case: letters, digits, `_`, `:`, `-` and `.`, beginning with a letter, `_` or `:`.
    var name: String { get }

    /// Every family that it may give.
    var metadata: [MetricDescription] { get }

    /// The name of a collector whose result this one needs, registered before it: where a scrape asks both, this one
    /// begins when that has ended. Nil, as most collectors have it, for none.
    var follows: String? { get }

    /// Does what must happen once before the first scrape, such as opening what needs a privilege that is given up
    /// later.
    ///
    /// It runs on the thread that calls ``Registry/prepare()``.
    func prepare() throws

    /// Gives each family once at most.
    ///
    /// It may block, on a thread of the registry's own. Where it throws, the scrape shows none of its families, neither
    /// a stale nor a made-up number.
    ///
    /// - Parameter request: What is wanted, and until when: a collector that takes long ends by the deadline.
    func collect(_ request: ScrapeRequest) throws -> Collected
}

extension Collector {
    public var follows: String? { nil }

    public func prepare() throws {}
}

/// What a collector gives at a scrape.
public struct Collected: Sendable {
    /// The outcome of a part of a collector that may fail while the rest succeeds.
    public struct Part: Sendable {
        /// The value of the label `collector` of its outcome.
        public var name: String
        /// Why it failed; nil where it succeeded.
        public var error: (any Error)?

        /// Creates the outcome of a part.
        public init(_ name: String, error: (any Error)? = nil) {
            self.name = name
            self.error = error
        }
    }

    /// The families, in the order of the exposition.
    public var families: [MetricFamily]
    /// The parts that have outcomes of their own.
    public var parts: [Part]
    /// Why the collector failed although it gives something: what it has is exposed, and its outcome is this failure. Nil
    /// where it succeeded.
    public var error: (any Error)?

    /// Creates what a collector gives.
    public init(_ families: [MetricFamily], parts: [Part] = [], error: (any Error)? = nil) {
        self.families = families
        self.parts = parts
        self.error = error
    }
}

/// How a collector did at a scrape.
public struct CollectorOutcome: Sendable {
    /// The name of the collector, or of a part of one.
    public var name: String
    /// How long it took; nil for a part, which is in the time of its collector.
    public var duration: Duration?
    /// Why it failed; nil where it succeeded.
    public var error: (any Error)?

    /// Creates an outcome.
    public init(_ name: String, duration: Duration? = nil, error: (any Error)? = nil) {
        self.name = name
        self.duration = duration
        self.error = error
    }
}

/// Why a scrape does not have a collector's families: the collector did not finish by the scrape's deadline.
public struct DeadlineExceeded: Error, Hashable, Sendable, CustomStringConvertible {
    /// One sentence that begins with "deadline".
    public let description: String

    init(_ sentence: String) {
        description = "deadline: \(sentence)"
    }
}
