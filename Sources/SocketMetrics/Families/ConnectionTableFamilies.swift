// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import SocketStatistics

/// The load of the kernel's hash table of connections.
enum ConnectionTableFamilies: TCPFamilies {
    private static let entries = MetricDescription.gauge(
        "socket_tcp_established_table_entries",
        help: "TCP sockets in the kernel's hash table of connections, of all network namespaces that share it.")
    private static let buckets = MetricDescription.gauge(
        "socket_tcp_established_table_buckets", help: "Buckets of the kernel's hash table of TCP connections.")
    private static let longestChain = MetricDescription.gauge(
        "socket_tcp_established_table_longest_chain",
        help: "TCP sockets in the fullest bucket of the kernel's hash table of connections.")

    static var metadata: [MetricDescription] { [entries, buckets, longestChain] }

    static func families(of metrics: TCPMetrics) -> [MetricFamily] {
        guard let table = metrics.statistics.connectionTable else { return [] }
        return [
            MetricFamily(entries, MetricValue(table.entries)), MetricFamily(buckets, MetricValue(table.buckets)),
            MetricFamily(longestChain, MetricValue(table.longestChain)),
        ]
    }
}
