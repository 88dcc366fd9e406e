// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import SocketMetrics

/// How many series were left out, and counted among `other`.
enum FoldedSeriesCollector: Collector {
    private static let folded = MetricDescription.counter(
        "socket_exporter_folded_series_total",
        help: """
            Series that the limits left out, added up over the scrapes, by metric. Those labelled other tell their sum, where \
            there is one.
            """)

    static func families(from readings: Readings) -> [MetricFamily] {
        let samples = readings.foldedSeries.byMetric.map { metric, series in
            Sample(MetricValue(series), labels: ["metric": metric])
        }
        return [MetricFamily(folded, samples: samples)]
    }
}
