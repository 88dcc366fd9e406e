// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import SocketStatistics

/// The metric that the exporter began with: connections in TIME_WAIT, as `netstat -an | grep -c TIME_WAIT` counts them.
enum FoundingCollector: Collector {
    private static let timeWait = MetricDescription.gauge(
        "time_wait_count", help: "TCP connections of the system in state TIME_WAIT, IPv4 and IPv6.")

    private static let labels: Labels = ["type": "Linux"]

    static func families(from readings: Readings) -> [MetricFamily] {
        guard let count = readings.tcp.value?.scan.statistics[.timeWait] else { return [] }
        return [MetricFamily(timeWait, samples: [Sample(MetricValue(count), labels: labels)])]
    }
}
