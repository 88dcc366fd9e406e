// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// A metric with labels: an instrument for each combination of their values.
///
/// Look an instrument up once and keep it where updates are frequent: the look-up takes a lock and allocates, the
/// update of what it found does neither.
public final class Labeled<Child: Instrument>: Sendable {
    /// What is exposed of the metric.
    public let metadata: MetricDescription
    /// The names of the labels, in the order in which their values are given.
    public let labelNames: [String]
    /// How many combinations of values there may be.
    public let maximumSeries: Int
    /// Those of the registry.
    private let constantLabels: Labels
    private let makeChild: @Sendable () -> Child
    private let children = Mutex(SeriesTable<[String], Child>())

    init(
        _ metadata: MetricDescription, labels: [String], constantLabels: Labels, maximumSeries: Int,
        makeChild: @escaping @Sendable () -> Child
    ) throws(MetricError) {
        let names = try Labels(labels.map { (name: $0, value: "") })
        try metadata.checkLabels(names, constantLabels)
        self.constantLabels = constantLabels
        self.metadata = metadata
        self.labelNames = labels
        self.maximumSeries = maximumSeries
        self.makeChild = makeChild
    }

    /// The instrument for a combination of label values, which is made when it is first asked for.
    ///
    /// - Throws: ``MetricError`` where the number of values is not that of the labels, and where it would be one
    ///   combination more than ``maximumSeries``.
    public func labels(_ values: String...) throws(MetricError) -> Child {
        try labels(values)
    }

    /// The instrument for a combination of label values, which is made when it is first asked for.
    ///
    /// - Throws: as ``labels(_:)-(String...)`` does.
    public func labels(_ values: [String]) throws(MetricError) -> Child {
        try children.withLock { children throws(MetricError) in
            if let child = children[values] { return child }
            guard values.count == labelNames.count else {
                throw .wrongNumberOfLabelValues(metric: metadata.name, labels: labelNames, given: values.count)
            }
            guard children.series.count < maximumSeries else {
                throw .tooManySeries(metric: metadata.name, limit: maximumSeries)
            }
            let labels = try Labels(zip(labelNames, values).map { (name: $0, value: $1) } + constantLabels.pairs)
            let child = makeChild()
            children.insert(child, labels: labels, key: values)
            return child
        }
    }

    /// The instrument for a combination of label values, for example `["method": "GET"]`, which is made when it is
    /// first asked for.
    ///
    /// - Throws: ``MetricError`` where the names are not those of the labels, and where it would be one combination
    ///   more than ``maximumSeries``.
    public func labels(_ values: [String: String]) throws(MetricError) -> Child {
        guard let values = ordered(values) else {
            throw .wrongLabelNames(metric: metadata.name, labels: labelNames, given: Array(values.keys))
        }
        return try labels(values)
    }

    /// Stops exposing a combination of label values. Later updates to its instrument are no longer exposed.
    public func remove(_ values: String...) {
        remove(values)
    }

    /// Stops exposing a combination of label values, as ``remove(_:)-(String...)`` does.
    public func remove(_ values: [String]) {
        children.withLock { $0.remove(values) }
    }

    /// Stops exposing a combination of label values, as ``remove(_:)-(String...)`` does.
    public func remove(_ values: [String: String]) {
        if let values = ordered(values) { remove(values) }
    }

    /// The values in the order of the labels; nil where the names are others.
    private func ordered(_ values: [String: String]) -> [String]? {
        let ordered = labelNames.compactMap { values[$0] }
        return ordered.count == labelNames.count && values.count == ordered.count ? ordered : nil
    }

    /// The samples of now, in the order in which the instruments were made.
    var samples: [Sample] {
        SeriesTable<[String], Child>.samples(children.withLock { $0.series })
    }
}
