// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import SocketStatistics

/// The scan against the kernel's own numbers.
enum SummaryCollector: Collector {
    private static let difference = MetricDescription.gauge(
        "socket_exporter_sockstat_difference",
        help: """
            TCP sockets of the scan less those of /proc/net/sockstat, among those that both count: near 0 when the scan is \
            true.
            """)

    static func families(from readings: Readings) -> [MetricFamily] {
        guard let summary = readings.summary.value, let scan = readings.tcp.value?.scan else { return [] }
        return [MetricFamily(difference, .integer(summary.difference(scan.statistics)))]
    }
}
