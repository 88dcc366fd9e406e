// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The metrics of a program: instruments that it changes, and collectors that are asked at each scrape.
///
/// Names are checked when a metric is registered, so that two metrics never meet in one exposition under names that a
/// reader takes for the same. Nothing here stops the program: what is wrong is thrown as a ``MetricError``.
public final class Registry: Sendable {
    /// How a collector takes part in a scrape.
    public struct Participation: Hashable, Sendable {
        /// Whether a scrape can select it by its name; otherwise it is always asked.
        public var isSelectable = true
        /// Whether its outcome is told.
        public var reportsOutcome = true

        /// A collector that a scrape can select, and whose outcome is told.
        public static let selectable = Participation()
        /// A collector that is always asked, whatever a scrape selects.
        public static let always = Participation(isSelectable: false)
        /// A collector that is always asked and cannot fail.
        public static let silent = Participation(isSelectable: false, reportsOutcome: false)
    }

    private struct Entry: Sendable {
        var collector: any Collector
        var participation: Participation
    }

    private enum Position: Sendable {
        case entry(Entry)
        /// Where the outcomes of the collectors are exposed.
        case outcomes(OutcomeMetrics)
    }

    private struct State {
        /// Which metric has, or reserves, a name.
        var owners: [String: String] = [:]
        var positions: [(id: Int, position: Position)] = []
        var nextID = 0
        var disabled: [String] = []
    }

    /// How many combinations of label values a metric may have where nothing else is said.
    public static let defaultMaximumSeries = 1000

    private let state = Mutex(State())

    /// Creates a registry without metrics.
    public init() {}
}
