// SPDX-License-Identifier: Apache-2.0

internal import Exposition

/// Makes metric families of what was read: a pure function, one file for each.
protocol Collector {
    static func families(from readings: Readings) -> [MetricFamily]
}

/// The collectors in the order of the exposition.
enum Collectors {
    private static var all: [any Collector.Type] {
        [
            TCPMetricsCollector.self,
            FoundingCollector.self,
            BuildCollector.self,
            SourceCollector.self,
            ScanCollector.self,
            FoldedSeriesCollector.self,
            SummaryCollector.self,
            OutcomeCollector.self,
            HTTPCollector.self,
            LogCollector.self,
            ProcessCollector.self,
        ]
    }

    static func families(from readings: Readings) -> [MetricFamily] {
        all.flatMap { $0.families(from: readings) }
    }
}
