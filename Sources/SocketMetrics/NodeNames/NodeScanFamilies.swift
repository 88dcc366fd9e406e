// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import SocketStatistics

/// What scans count, under the names of node_exporter: a pure function. The order of series and labels is that of its
/// exposition.
enum NodeScanFamilies {
    private static let connectionStates = MetricDescription.gauge(
        "node_tcp_connection_states", help: "Number of connection states.")
    private static let udpQueues = MetricDescription.gauge(
        "node_udp_queues", help: "Number of allocated memory in the kernel for UDP datagrams in bytes.")

    static let metadata = [connectionStates, udpQueues]

    /// The families of what was counted.
    static func families(tcp: TCPStatistics?, udp: UDPStatistics?) -> [MetricFamily] {
        [tcp.map(connectionStates), udp.map(queues)].compactMap(\.self)
    }

    /// Sockets of both families by state, and the bytes in their queues.
    ///
    /// node_exporter adds the accept queues of listeners to the bytes; here they are left out, as bytes they are not.
    private static func connectionStates(_ tcp: TCPStatistics) -> MetricFamily {
        var values = TCPState.allCases.filter { $0 != .boundInactive }.map { ($0.name, tcp[$0]) }
        values.append(("rx_queued_bytes", tcp.queueBytes?.values.reduce(0) { $0 &+ $1.receive }))
        values.append(("tx_queued_bytes", tcp.queueBytes?.values.reduce(0) { $0 &+ $1.send }))
        return MetricFamily(
            connectionStates,
            samples: values.sorted { $0.0 < $1.0 }.compactMap { state, value in
                value.map { Sample(MetricValue($0), labels: ["state": state]) }
            })
    }

    private static func queues(_ udp: UDPStatistics) -> MetricFamily {
        var family = MetricFamily(udpQueues)
        for addresses in AddressFamily.allCases {
            guard let bytes = udp.queueBytes?[addresses] else { continue }
            let ip = addresses == .ipv4 ? "v4" : "v6"
            family.append(MetricValue(bytes.receive), labels: ["ip": ip, "queue": "rx"])
            family.append(MetricValue(bytes.send), labels: ["ip": ip, "queue": "tx"])
        }
        return family
    }
}
