// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import SocketMetrics
internal import SocketStatistics

/// The scan of TCP sockets against the kernel's own numbers, which are read right after it.
struct SockstatCollector: Collector {
    private static let difference = MetricDescription.gauge(
        "socket_exporter_sockstat_difference",
        help: """
            TCP sockets of the scan less those of /proc/net/sockstat, among those that both count: near 0 when the scan is \
            true.
            """)

    let tcp: TCPCollector
    let read: @Sendable () throws -> SocketSummary

    var name: String { "sockstat" }
    var follows: String? { tcp.name }
    var metadata: [MetricDescription] { [Self.difference] }

    func collect(_ request: ScrapeRequest) throws -> Collected {
        let summary = try read()
        guard let scan = tcp.scan(of: request) else { return Collected([]) }
        return Collected([MetricFamily(Self.difference, .integer(summary.difference(scan.statistics)))])
    }
}
