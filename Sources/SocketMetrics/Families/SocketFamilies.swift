// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import SocketStatistics

/// TCP sockets by family and state.
enum ConnectionFamilies: TCPFamilies {
    private static let connections = MetricDescription.gauge(
        "socket_tcp_connections", help: "TCP sockets by address family and state.")

    private static let series = AddressFamily.allCases.flatMap { family in
        TCPState.allCases.map { state in
            (family, state, ["family": family.name, "state": state.name] as Labels)
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

/// Bytes that wait in the queues of TCP sockets.
enum QueueFamilies: TCPFamilies {
    private static let receive = MetricDescription.gauge(
        "socket_tcp_receive_queue_bytes", unit: "bytes",
        help: """
            Bytes received by TCP sockets and not yet read by the application, without listeners. A FIN that was received \
            counts as one byte, which cannot be read, as ss counts it.
            """)
    private static let send = MetricDescription.gauge(
        "socket_tcp_send_queue_bytes", unit: "bytes",
        help: "Bytes written to TCP sockets and not yet acknowledged by the peer, without listeners.")

    private static let labels = AddressFamily.allCases.map { ($0, ["family": $0.name] as Labels) }

    static var metadata: [MetricDescription] { [receive, send] }

    static func families(of metrics: TCPMetrics) -> [MetricFamily] {
        guard let queueBytes = metrics.statistics.queueBytes else { return [] }
        return [family(receive, queueBytes, \.receive), family(send, queueBytes, \.send)]
    }

    private static func family(
        _ description: MetricDescription, _ queueBytes: [AddressFamily: TCPStatistics.QueueBytes],
        _ direction: KeyPath<TCPStatistics.QueueBytes, UInt64>
    ) -> MetricFamily {
        let samples = labels.compactMap { family, labels in
            queueBytes[family].map { Sample(MetricValue($0[keyPath: direction]), labels: labels) }
        }
        return MetricFamily(description, samples: samples)
    }
}

/// TCP sockets by pending timer.
enum TimerFamilies: TCPFamilies {
    private static let timers = MetricDescription.gauge(
        "socket_tcp_timer_connections", help: "TCP sockets by their pending timer.")

    private static let series = TCPTimer.allCases.map { ($0, ["timer": $0.name] as Labels) }

    static var metadata: [MetricDescription] { [timers] }

    static func families(of metrics: TCPMetrics) -> [MetricFamily] {
        guard let counts = metrics.statistics.timers else { return [] }
        let samples = series.compactMap { timer, labels in
            counts[timer].map { Sample(MetricValue($0), labels: labels) }
        }
        return [MetricFamily(timers, samples: samples)]
    }
}

/// TCP sockets by local port, for the ports that have a listener.
enum PortFamilies: TCPFamilies {
    static let connections = MetricDescription.gauge(
        "socket_tcp_port_connections", help: "TCP sockets by state on the local ports that have a listener.")

    static var metadata: [MetricDescription] { [connections] }

    static func families(of metrics: TCPMetrics) -> [MetricFamily] {
        guard let ports = metrics.folded.ports else { return [] }
        let rows = ports.kept.map { ("\($0)", $1) } + (ports.rest.map { [(otherLabel, $0)] } ?? [])
        return [MetricFamily(connections, samples: rows.flatMap { Sample.byState($1, ("port", $0)) })]
    }
}
