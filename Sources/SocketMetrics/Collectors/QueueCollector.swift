// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import SocketStatistics

/// Bytes that wait in the queues of TCP sockets.
enum QueueCollector: TCPCollector {
    private static let receive = MetricDescription.gauge(
        "socket_tcp_receive_queue_bytes", unit: "bytes",
        help: """
            Bytes received by TCP sockets and not yet read by the application, without listeners. A FIN that was received \
            counts as one byte, which cannot be read, as ss counts it.
            """)
    private static let send = MetricDescription.gauge(
        "socket_tcp_send_queue_bytes", unit: "bytes",
        help: "Bytes written to TCP sockets and not yet acknowledged by the peer, without listeners.")

    private static let labels = AddressFamily.allCases.map { ($0, ["family": $0.label] as Labels) }

    static var metadata: [MetricDescription] { [receive, send] }

    static func families(of metrics: TCPMetrics) -> [MetricFamily] {
        let queueBytes = metrics.statistics.queueBytes
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
