// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import SocketStatistics

/// How the ports are used that the kernel gives to connections from here.
enum EphemeralPortFamilies: TCPFamilies {
    private static let portsInUse = MetricDescription.gauge(
        "socket_tcp_ephemeral_ports_in_use", help: "Different ephemeral ports that have a TCP socket.")
    private static let busiestDestination = MetricDescription.gauge(
        "socket_tcp_busiest_destination_connections",
        help: """
            The most TCP connections, those in TIME_WAIT included, from one local address to one remote address and \
            port over ephemeral ports: when it reaches the number of these ports, connect fails. An upper bound, \
            which is exact unless destinations collide in the table that they are counted in.
            """)

    static let metadata = [portsInUse, busiestDestination]

    static func families(of metrics: TCPMetrics) -> [MetricFamily] {
        guard let ports = metrics.statistics.ephemeralPorts else { return [] }
        return [
            MetricFamily(portsInUse, MetricValue(ports.portsInUse)),
            MetricFamily(busiestDestination, MetricValue(ports.busiestDestination)),
        ]
    }
}
