// SPDX-License-Identifier: Apache-2.0

internal import Exposition

/// How many series were left out, and counted among `other`.
enum FoldedSeriesCollector: Collector {
    private static let folded = MetricDescription.counter(
        "socket_exporter_folded_series_total",
        help: "Series that were folded into those labelled other, added up over the scrapes, by metric.")

    static func families(from readings: Readings) -> [MetricFamily] {
        let series = readings.foldedSeries
        let counts = [
            ("socket_tcp_listener_backlog", series.listeners), ("socket_tcp_listener_backlog_limit", series.listeners),
            ("socket_tcp_listener_sockets", series.listeners), ("socket_tcp_listener_drops_total", series.listeners),
            ("socket_tcp_port_connections", series.ports), ("socket_netns_tcp_connections", series.namespaces),
        ]
        return [MetricFamily(folded, samples: counts.map { Sample(MetricValue($1), labels: ["metric": $0]) })]
    }
}
