// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import SocketStatistics

/// Listening sockets by address, port and interface, of the own network namespace and of the others.
enum ListenerFamilies: TCPFamilies {
    private static let backlog = MetricDescription.gauge(
        "socket_tcp_listener_backlog",
        help: "TCP connections that wait to be accepted, of all sockets that listen on the address and port.")
    private static let backlogLimit = MetricDescription.gauge(
        "socket_tcp_listener_backlog_limit",
        help: """
            TCP connections that may wait to be accepted, of all sockets that listen on the address and port. The kernel \
            admits one more than the limit for each of them.
            """)
    private static let fullSockets = MetricDescription.gauge(
        "socket_tcp_listener_full_sockets",
        help: "Listening TCP sockets whose queue is full, so that the next connection is dropped.")
    private static let fullestQueue = MetricDescription.gauge(
        "socket_tcp_listener_fullest_queue_ratio", unit: "ratio",
        help: """
            How full the fullest queue among the listening TCP sockets is: its backlog over what the kernel admits, which is \
            one more than the limit.
            """)
    private static let sockets = MetricDescription.gauge(
        "socket_tcp_listener_sockets", help: "TCP sockets that listen on the address and port.")
    private static let drops = MetricDescription.counter(
        "socket_tcp_listener_drops_total",
        help: """
            Connections and packets that the listening TCP sockets dropped (sk_drops), added up from scrape to scrape so that \
            nothing is lost when a socket closes, except what it dropped after the last scrape. Of those that share the label \
            other there is no sum: it would fall when one of them gets a series of its own.
            """)

    static var metadata: [MetricDescription] { [backlog, backlogLimit, fullSockets, fullestQueue, sockets, drops] }

    static func families(of metrics: TCPMetrics) -> [MetricFamily] {
        guard let listeners = metrics.folded.listeners else { return [] }
        let gauges = [
            family(backlog, listeners) { MetricValue($0.backlog) },
            family(backlogLimit, listeners) { MetricValue($0.backlogLimit) },
            family(fullSockets, listeners) { MetricValue($0.fullSockets) },
            family(fullestQueue, listeners) { .real($0.fullness) },
            family(sockets, listeners) { MetricValue($0.sockets) },
        ]
        guard metrics.hasHistory else { return gauges }
        let samples = listeners.kept.map { Sample(MetricValue($1.drops.value), labels: labels(of: $0)) }
        return gauges + [MetricFamily(drops, samples: samples)]
    }

    private static func family(
        _ description: MetricDescription, _ listeners: Folded<ListenerKey, ListenerSeries>,
        _ value: (Listener) -> MetricValue
    ) -> MetricFamily {
        let samples = listeners.kept.map { Sample(value($1.listener), labels: labels(of: $0)) }
        let rest = listeners.rest.map {
            Sample(value($0.listener), labels: ["address": otherLabel, "port": otherLabel])
        }
        return MetricFamily(description, samples: samples + (rest.map { [$0] } ?? []))
    }

    /// An interface and a namespace where there is one: to Prometheus a label that is absent is one that is empty.
    private static func labels(of key: ListenerKey) -> Labels {
        let (address, port) = (key.endpoint.address.description, "\(key.endpoint.port)")
        return switch (key.endpoint.interface, key.namespace) {
        case (nil, nil): ["address": address, "port": port]
        case (let interface?, nil): ["address": address, "port": port, "interface": interface]
        case (nil, let namespace?): ["address": address, "port": port, "netns": namespace]
        case (let interface?, let namespace?):
            ["address": address, "port": port, "interface": interface, "netns": namespace]
        }
    }
}
