// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import Synchronization

/// A metric whose series may each have other labels, as swift-metrics allows.
final class SeriesFamily<Value: Instrument>: Sendable {
    let metadata: MetricDescription
    /// Those of a histogram.
    let buckets: HistogramBuckets?
    private let maximumSeries: Int
    /// Those of the registry.
    private let constantLabels: Labels
    private let makeValue: @Sendable () -> Value
    private let table = Mutex(SeriesTable<Labels, Value>())

    init(
        _ metadata: MetricDescription, buckets: HistogramBuckets?, constantLabels: Labels, maximumSeries: Int,
        makeValue: @escaping @Sendable () -> Value
    ) {
        self.metadata = metadata
        self.buckets = buckets
        self.constantLabels = constantLabels
        self.maximumSeries = maximumSeries
        self.makeValue = makeValue
    }

    /// The series with these labels, which is made when it is first asked for.
    func series(_ labels: Labels) throws(MetricError) -> Series<Value> {
        let value = try table.withLock { table throws(MetricError) in
            if let value = table[labels] { return value }
            guard table.series.count < maximumSeries else {
                throw .tooManySeries(metric: metadata.name, limit: maximumSeries)
            }
            let exposed = try labels.adding(constantLabels)
            let value = makeValue()
            table.insert(value, labels: exposed, key: labels)
            return value
        }
        return Series(family: self, labels: labels, value: value)
    }

    /// Removes a series, but not another one that was made with its labels since.
    func remove(_ labels: Labels, _ value: Value) {
        table.withLock { table in
            guard table[labels] === value else { return }
            table.remove(labels)
        }
    }

    /// The samples of now, in the order in which the series were made.
    var samples: [Sample] {
        SeriesTable<Labels, Value>.samples(table.withLock { $0.series })
    }
}

/// One series of a family.
struct Series<Value: Instrument>: Sendable {
    let family: SeriesFamily<Value>
    let labels: Labels
    let value: Value

    func remove() {
        family.remove(labels, value)
    }
}
