// SPDX-License-Identifier: Apache-2.0

internal import Exposition

/// How many series of each metric were folded into those labelled `other`.
public struct FoldedSeries: Sendable, Hashable {
    /// Those that are not 0.
    private var series: [SeriesDimension: UInt64]

    /// Creates numbers of folded series; 0 where they are left out.
    public init(_ series: [SeriesDimension: UInt64] = [:]) {
        self.series = series.filter { $0.value != 0 }
    }

    /// - Parameter counts: how many of each dimension have no series of their own.
    init(folding counts: [SeriesDimension: Int]) {
        self.init(
            Dictionary(
                uniqueKeysWithValues: counts.map { dimension, count in
                    (dimension, UInt64(count * dimension.seriesForEach))
                }))
    }

    /// The folded series of each metric with a dimension.
    public subscript(dimension: SeriesDimension) -> UInt64 {
        get { series[dimension] ?? 0 }
        set { series[dimension] = newValue == 0 ? nil : newValue }
    }

    /// Adds those of another scan.
    public static func += (left: inout FoldedSeries, right: FoldedSeries) {
        left.series.merge(right.series, uniquingKeysWith: +)
    }

    /// The numbers by the metric's name, in the order of the exposition.
    ///
    /// - Parameter prefix: What the names begin with.
    public func byMetric(prefix: MetricPrefix = .socket) -> [(metric: String, series: UInt64)] {
        SeriesDimension.all.flatMap { dimension in
            dimension.metrics.map { (prefix.applied(to: $0).name, self[dimension]) }
        }
    }
}

extension FoldedSeries: ExpressibleByDictionaryLiteral {
    /// Creates numbers from a literal such as `[.ports: 11]`; 0 where they are left out.
    ///
    /// - Precondition: Each dimension occurs once.
    public init(dictionaryLiteral elements: (SeriesDimension, UInt64)...) {
        self.init(Dictionary(uniqueKeysWithValues: elements))
    }
}
