// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import SocketStatistics

/// Listening sockets by address and port.
enum ListenerCollector: TCPCollector {
    private static let backlog = MetricDescription.gauge(
        "socket_tcp_listener_backlog", help: "TCP connections that wait to be accepted.")
    private static let backlogLimit = MetricDescription.gauge(
        "socket_tcp_listener_backlog_limit", help: "TCP connections that may wait to be accepted.")
    private static let sockets = MetricDescription.gauge(
        "socket_tcp_listener_sockets", help: "TCP sockets that listen on the address and port.")
    private static let drops = MetricDescription.counter(
        "socket_tcp_listener_drops_total",
        help: """
            Connections and packets that the listening TCP sockets dropped (sk_drops). Of those that share the label other \
            there is no sum: it would fall when one of them gets a series of its own.
            """)

    static var metadata: [MetricDescription] { [backlog, backlogLimit, sockets, drops] }

    static func families(of metrics: TCPMetrics) -> [MetricFamily] {
        guard let listeners = metrics.folded.listeners else { return [] }
        return [
            family(backlog, listeners, \.backlog), family(backlogLimit, listeners, \.backlogLimit),
            family(sockets, listeners, \.sockets), family(drops, listeners, \.drops),
        ]
    }

    private static func family(
        _ description: MetricDescription, _ listeners: Folded<Endpoint, Listener>,
        _ value: KeyPath<Listener, UInt64>
    ) -> MetricFamily {
        var samples = listeners.kept.map { endpoint, listener in
            Sample(
                MetricValue(listener[keyPath: value]),
                labels: ["address": endpoint.address.description, "port": "\(endpoint.port)"])
        }
        if let rest = listeners.rest, description.kind != .counter {
            samples.append(
                Sample(MetricValue(rest[keyPath: value]), labels: ["address": otherLabel, "port": otherLabel]))
        }
        return MetricFamily(description, samples: samples)
    }
}
