// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The metrics of a program: instruments that it changes, and collectors that are asked at each scrape.
///
/// Names are checked when a metric is registered, so that two metrics never meet in one exposition under names that a
/// reader takes for the same. Nothing here stops the program: what is wrong is thrown as a ``MetricError``, or told by
/// the outcome of a collector.
public final class Registry: Sendable {
    /// How a collector takes part in a scrape.
    public struct Participation: Hashable, Sendable {
        /// Whether a scrape can select it by its name; otherwise it is always asked.
        public var isSelectable = true
        /// Whether its outcome is told; otherwise it runs on the thread that gathers, after the others.
        public var reportsOutcome = true

        /// A collector that a scrape can select, and whose outcome is told.
        public static let selectable = Participation()
        /// A collector that is always asked, whatever a scrape selects.
        public static let always = Participation(isSelectable: false)
        /// A collector that is always asked, after the others and on the thread that gathers, and that neither blocks
        /// nor fails: its outcome is told only where it does fail.
        public static let silent = Participation(isSelectable: false, reportsOutcome: false)
    }

    /// The names of the collectors that a scrape can select, or could.
    public struct CollectorNames: Hashable, Sendable {
        /// Those that are asked where a scrape selects them.
        public let enabled: [String]
        /// Those that are registered and not enabled.
        public let disabled: [String]

        package init(enabled: [String], disabled: [String]) {
            self.enabled = enabled
            self.disabled = disabled
        }
    }

    /// What stands at one place of the exposition.
    enum Entry: Sendable {
        case collector(RegisteredCollector)
        /// An instrument, whose samples have the constant labels.
        case instrument(MetricDescription, @Sendable () throws -> [Sample])
        /// The outcomes of the collectors.
        case outcomes
    }

    private struct State {
        var names = NameTable()
        var entries: [(id: Int, entry: Entry)] = []
        var nextID = 0
        var outcomes: OutcomeMetrics
        /// The collectors that are not enabled.
        var disabled: [(id: Int, name: String, isSelectable: Bool)] = []

        /// An identity for something registered.
        mutating func makeID() -> Int {
            nextID += 1
            return nextID
        }

        /// The enabled collectors, in order.
        var collectors: [RegisteredCollector] {
            entries.compactMap { if case .collector(let collector) = $0.entry { collector } else { nil } }
        }
    }

    /// How many combinations of label values a metric may have where nothing else is said.
    public static let defaultMaximumSeries = 1000

    /// The labels of every sample, beside its own.
    package let constantLabels: Labels
    private let state: Mutex<State>
    /// On which collectors run.
    let threads: CollectorThreads

    /// Creates a registry without metrics.
    ///
    /// - Parameter constantLabels: Labels added to every sample, after its own. A metric or a sample that has one of
    ///   these labels itself is refused.
    public convenience init(constantLabels: Labels = .none) {
        self.init(constantLabels: constantLabels, CollectorThreads())
    }

    init(constantLabels: Labels = .none, _ threads: CollectorThreads) {
        self.threads = threads
        self.constantLabels = constantLabels
        let outcomes = OutcomeMetrics.standard
        var state = State(outcomes: outcomes)
        state.names.reserve(outcomes.metadata)
        self.state = Mutex(state)
    }

    deinit {
        threads.close()
    }

    /// Registers a collector, which is asked at each scrape.
    ///
    /// - Parameters:
    ///   - collector: The collector. Its name must be the only one of this kind in the registry, and so must those of
    ///     its families.
    ///   - participation: Whether a scrape can leave it out, and whether its outcome is told.
    ///   - isEnabled: Whether it is asked at all. Of a collector that is not, the registry only knows the name.
    /// - Returns: What ends the registration; it need not be kept.
    /// - Throws: ``MetricError`` where a name is not valid or taken.
    @discardableResult
    public func register(
        _ collector: any Collector, _ participation: Participation = .selectable, isEnabled: Bool = true
    ) throws(MetricError) -> Registration {
        let name = collector.name
        guard NameSyntax.isCollectorName(name) else { throw .invalidCollectorName(name) }
        let metadata = isEnabled ? collector.metadata : []
        let registered = RegisteredCollector(
            collector, name: name, metadata: metadata, participation: participation, constantLabels: constantLabels)
        let id = try state.withLock { state throws(MetricError) in
            guard !state.disabled.contains(where: { $0.name == name }),
                !state.collectors.contains(where: { $0.name == name })
            else { throw .collectorNameTaken(name) }
            try state.names.take(metadata)
            let id = state.makeID()
            if isEnabled {
                state.entries.append((id, .collector(registered)))
            } else {
                state.disabled.append((id, name, participation.isSelectable))
            }
            return id
        }
        return Registration { self.end(id, metadata) }
    }

    private func end(_ id: Int, _ metadata: [MetricDescription]) {
        state.withLock { state in
            state.entries.removeAll { $0.id == id }
            state.disabled.removeAll { $0.id == id }
            state.names.free(metadata)
        }
    }

    /// Registers an instrument, which is exposed by every scrape and has no outcome unless it fails.
    ///
    /// - Parameters:
    ///   - metadata: The family.
    ///   - samples: Gives the samples with the constant labels among theirs.
    package func expose(
        _ metadata: MetricDescription, samples: @escaping @Sendable () throws -> [Sample]
    ) throws(MetricError) {
        try state.withLock { state throws(MetricError) in
            try state.names.take([metadata])
            state.entries.append((state.makeID(), .instrument(metadata, samples)))
        }
    }

    /// Exposes the outcomes of the collectors here, among what is registered before and afterwards, and under other
    /// names.
    ///
    /// They are gauges: `PREFIX_collector_duration_seconds` and `PREFIX_collector_success`, with the label `collector`.
    /// Without a call they are exposed at the end, with the prefix `scrape`.
    ///
    /// - Throws: ``MetricError`` where a name is not valid or taken, for example by an earlier call.
    public func exposeOutcomes(prefix: String) throws(MetricError) {
        let outcomes = try OutcomeMetrics(prefix: prefix)
        try state.withLock { state throws(MetricError) in
            var names = state.names
            for case .outcomes in state.entries.map(\.entry) {
                throw .nameTaken(outcomes.metadata[1].name, by: state.outcomes.metadata[1].name)
            }
            names.free(state.outcomes.metadata)
            try names.take(outcomes.metadata)
            state.names = names
            state.outcomes = outcomes
            state.entries.append((state.makeID(), .outcomes))
        }
    }

    /// The names of the selectable collectors, enabled and disabled, in order of registration.
    public var collectorNames: CollectorNames {
        state.withLock { state in
            CollectorNames(
                enabled: state.collectors.filter(\.participation.isSelectable).map(\.name),
                disabled: state.disabled.filter(\.isSelectable).map(\.name))
        }
    }

    /// What is registered now.
    var snapshot: (entries: [Entry], outcomes: OutcomeMetrics) {
        state.withLock { state in (state.entries.map(\.entry), state.outcomes) }
    }
}
