// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The metrics of a program: instruments that it changes, and collectors that are asked at each scrape.
///
/// Names are checked when a metric is registered, so that two metrics never meet in one exposition under names that a
/// reader takes for the same. Nothing here stops the program: what is wrong is thrown as a ``MetricError``.
public final class Registry: Sendable {
    private struct Entry: Sendable {
        var metadata: [MetricDescription]
        var collect: @Sendable () throws -> [MetricFamily]
    }

    private struct State {
        /// Which metric has, or reserves, a name.
        var owners: [String: String] = [:]
        var entries: [Entry] = []
    }

    /// How many combinations of label values a metric may have where nothing else is said.
    public static let defaultMaximumSeries = 1000

    private let state = Mutex(State())

    /// Makes a registry without metrics.
    public init() {}

    /// The families of now, in the order in which they were registered.
    ///
    /// Collectors run on the calling thread, one after the other, and may block it.
    ///
    /// - Parameter onFailure: hears of each collector that threw or gave what it had not declared. Its families are left
    ///   out, the others are there.
    public func families(onFailure: (CollectionFailure) -> Void = { _ in }) -> [MetricFamily] {
        state.withLock { $0.entries }.flatMap { entry in
            do {
                let families = try entry.collect()
                let names = families.map(\.metadata)
                for (index, name) in names.enumerated()
                where !entry.metadata.contains(name) || names[..<index].contains(name) {
                    throw MetricError.unexpectedFamily(name.name)
                }
                return families
            } catch {
                onFailure(CollectionFailure(metrics: entry.metadata.map(\.name), error: error))
                return []
            }
        }
    }

    /// Registers a collector of several families, which is asked at each scrape.
    ///
    /// - Parameters:
    ///   - metadata: Every family that it may give.
    ///   - families: Gives each family once at most. It may block, and may be called by several threads at the same time.
    ///     Where it throws, the scrape shows none of its families, neither a stale nor a made-up number.
    /// - Throws: ``MetricError/nameTaken(_:by:)``.
    public func collect(
        _ metadata: [MetricDescription], families: @escaping @Sendable () throws -> [MetricFamily]
    ) throws(MetricError) {
        try state.withLock { state throws(MetricError) in
            var owners = state.owners
            for metric in metadata {
                for name in metric.reservedNames {
                    if let owner = owners[name] { throw .nameTaken(metric.name, by: owner) }
                }
                for name in metric.reservedNames { owners[name] = metric.name }
            }
            state.owners = owners
            state.entries.append(Entry(metadata: metadata, collect: families))
        }
    }

    /// Registers a collector of one family, which is asked for its samples at each scrape.
    ///
    /// - Parameters:
    ///   - metadata: The family.
    ///   - samples: Gives each set of labels once at most. It may block, and may be called by several threads at the same
    ///     time. Where it throws, the scrape does not show the family, neither with a stale nor with a made-up number.
    /// - Throws: ``MetricError/nameTaken(_:by:)``.
    public func collect(
        _ metadata: MetricDescription, samples: @escaping @Sendable () throws -> [Sample]
    ) throws(MetricError) {
        try collect([metadata]) { [MetricFamily(metadata, samples: try samples())] }
    }
}
