// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import SocketStatistics

/// TCP sockets by family and state.
enum ConnectionsCollector: TCPCollector {
    private static let connections = MetricDescription.gauge(
        "socket_tcp_connections", help: "TCP sockets by address family and state.")

    private static let series = AddressFamily.allCases.flatMap { family in
        TCPState.allCases.map { state in
            (family, state, ["family": family.label, "state": state.label] as Labels)
        }
    }

    static var metadata: [MetricDescription] { [connections] }

    static func families(of metrics: TCPMetrics) -> [MetricFamily] {
        let samples = series.compactMap { family, state, labels in
            metrics.statistics[family, state].map { Sample(MetricValue($0), labels: labels) }
        }
        return [MetricFamily(connections, samples: samples)]
    }
}
