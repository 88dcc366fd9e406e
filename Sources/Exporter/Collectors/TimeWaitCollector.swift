// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import SocketMetrics
internal import SocketStatistics

/// The metric that the exporter began with: connections in TIME_WAIT, as `netstat -an | grep -c TIME_WAIT` counts them.
struct TimeWaitCollector: Collector {
    private static let timeWait = MetricDescription.gauge(
        "time_wait_count", help: "TCP connections of the system in state TIME_WAIT, IPv4 and IPv6.")
    private static let labels: Labels = ["type": "Linux"]

    let tcp: TCPCollector

    var name: String { "time-wait" }
    var metadata: [MetricDescription] { [Self.timeWait] }

    func collect(_ request: ScrapeRequest) -> Collected {
        guard let count = tcp.scan(of: request)?.statistics[.timeWait] else { return Collected([]) }
        return Collected([MetricFamily(Self.timeWait, samples: [Sample(MetricValue(count), labels: Self.labels)])])
    }
}
