// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import SocketStatistics

/// TCP sockets of all network namespaces.
enum NamespaceCollector: TCPCollector {
    static let connections = MetricDescription.gauge(
        "socket_netns_tcp_connections", help: "TCP sockets by network namespace and state.")

    static var metadata: [MetricDescription] { [connections] }

    static func families(of metrics: TCPMetrics) -> [MetricFamily] {
        guard let namespaces = metrics.folded.namespaces else { return [] }
        let own = metrics.folded.ownNamespace.map { [("self", $0)] } ?? []
        let rest = namespaces.rest.map { [(otherLabel, $0)] } ?? []
        let rows = own + namespaces.kept.map { ($0.key, $0.value) } + rest
        return [MetricFamily(connections, samples: rows.flatMap { Sample.byState($1, ("netns", $0)) })]
    }
}
