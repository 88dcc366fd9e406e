// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import SocketStatistics

/// TCP sockets by local port, for the ports that have a listener.
enum PortCollector: TCPCollector {
    static let connections = MetricDescription.gauge(
        "socket_tcp_port_connections", help: "TCP sockets by state on the local ports that have a listener.")

    static var metadata: [MetricDescription] { [connections] }

    static func families(of metrics: TCPMetrics) -> [MetricFamily] {
        guard let ports = metrics.folded.ports else { return [] }
        let rows = ports.kept.map { ("\($0)", $1) } + (ports.rest.map { [(otherLabel, $0)] } ?? [])
        return [MetricFamily(connections, samples: rows.flatMap { Sample.byState($1, ("port", $0)) })]
    }
}
