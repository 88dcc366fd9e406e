// SPDX-License-Identifier: Apache-2.0

import ExampleStatistics
import Exposition
import SocketMetrics
import SocketStatistics
import Testing

/// The families as values; `ExporterTests` compares their text with golden files.
struct TCPMetricsTests {
    private static func text(_ statistics: TCPStatistics) -> String {
        var bytes: [UInt8] = []
        ExpositionFormat.prometheusText.write(TCPMetrics(statistics).families, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func eachNameOccursOnce() {
        let names = TCPMetrics(ExampleStatistics.statistics).families.map(\.metadata.name)
        #expect(names.count == 13)
        #expect(Set(names).count == names.count)
        #expect(names.allSatisfy { $0.hasPrefix("socket_") })
        #expect(TCPMetrics.metadata == TCPMetrics(ExampleStatistics.statistics).families.map(\.metadata))
    }

    @Test func statesThatWereNotCountedAreAbsent() {
        var statistics = ExampleStatistics.statistics
        statistics.connections = statistics.connections.filter { $0.key.state != .boundInactive }
        let text = Self.text(statistics)
        #expect(!text.contains("bound_inactive"))
        #expect(text.contains("state=\"closing\"} 11\n"))
    }

    @Test func whatIsNotToldLeavesNoTrace() {
        #expect(Self.text(TCPStatistics()) == "")
    }

    @Test func foldedMetricsAreCalledByTheirNames() {
        let metrics = TCPMetrics(ExampleStatistics.statistics)
        let names = metrics.families.map(\.metadata.name)
        for (metric, _) in metrics.foldedSeries.byMetric {
            #expect(names.contains(metric))
        }
        #expect(metrics.foldedSeries.byMetric.count == 6)
    }
}
