// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import SocketStatistics

/// Which source the statistics come from, and why.
enum SourceCollector: Collector {
    private static let source = MetricDescription.gauge(
        "socket_exporter_source_info", help: "The source of the TCP statistics, and the reason why it is in use.")

    static func families(from readings: Readings) -> [MetricFamily] {
        guard let choice = readings.tcp.value?.choice else { return [] }
        let labels: Labels = ["source": choice.source.description, "reason": choice.reason]
        return [MetricFamily(source, samples: [Sample(1, labels: labels)])]
    }
}
