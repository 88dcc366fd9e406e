// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import SocketStatistics

/// TCP sockets by the timer they wait for.
enum TimerCollector: TCPCollector {
    private static let timers = MetricDescription.gauge(
        "socket_tcp_timer_connections", help: "TCP sockets by their pending timer.")

    private static let series = TCPTimer.allCases.map { ($0, ["timer": $0.label] as Labels) }

    static var metadata: [MetricDescription] { [timers] }

    static func families(of metrics: TCPMetrics) -> [MetricFamily] {
        let samples = series.compactMap { timer, labels in
            metrics.statistics.timers[timer].map { Sample(MetricValue($0), labels: labels) }
        }
        return [MetricFamily(timers, samples: samples)]
    }
}
