// SPDX-License-Identifier: Apache-2.0

/// The series of one metric, found by a key, and bounded in number.
package struct SeriesTable<Key: Hashable, Value> {
    private var positions: [Key: Int] = [:]
    /// The series in the order in which they were made.
    package private(set) var series: [(labels: Labels, value: Value)] = []

    package init() {}

    /// The value of a series.
    package subscript(key: Key) -> Value? {
        positions[key].map { series[$0].value }
    }

    /// Adds a series that is not there.
    package mutating func insert(_ value: Value, labels: Labels, key: Key) {
        positions[key] = series.count
        series.append((labels, value))
    }

    /// Removes a series, in a time that grows with the number of all.
    package mutating func remove(_ key: Key) {
        guard let position = positions.removeValue(forKey: key) else { return }
        series.remove(at: position)
        positions = positions.mapValues { $0 > position ? $0 - 1 : $0 }
    }
}

extension SeriesTable where Value: Instrument {
    /// What the series hold now.
    package static func samples(_ series: [(labels: Labels, value: Value)]) -> [Sample] {
        series.map { Sample($0.value.metricValue, labels: $0.labels) }
    }
}
