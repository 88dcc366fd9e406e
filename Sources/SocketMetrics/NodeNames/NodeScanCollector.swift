// SPDX-License-Identifier: Apache-2.0

public import Exposition
public import SocketStatistics

/// Gives what other collectors of the registry scanned under the names of node_exporter: `node_tcp_connection_states`
/// and `node_udp_queues`.
///
/// Register it as `.silent`: it then runs after the scans, and asks nobody. It takes part in the scrapes that ask
/// ``NodeNamesCollector``, and gives nothing where there was no scan.
public struct NodeScanCollector: Collector {
    /// `node-names-scans`.
    public var name: String { "\(NodeNamesCollector.standardName)-scans" }

    private let tcp: @Sendable (ScrapeRequest) -> TCPStatistics?
    private let udp: @Sendable (ScrapeRequest) -> UDPStatistics?

    /// Creates a collector.
    ///
    /// - Parameters:
    ///   - tcp: What a scan for a request counted, as ``TCPCollector/scan(of:)`` gives it.
    ///   - udp: The same of UDP sockets.
    public init(
        tcp: @escaping @Sendable (ScrapeRequest) -> TCPStatistics?,
        udp: @escaping @Sendable (ScrapeRequest) -> UDPStatistics?
    ) {
        self.tcp = tcp
        self.udp = udp
    }

    /// The description of each family that there may be.
    public var metadata: [MetricDescription] { NodeScanFamilies.metadata }

    /// Gives what was counted for the same request.
    public func collect(_ request: ScrapeRequest) -> Collected {
        guard request.selection.contains(NodeNamesCollector.standardName) else { return Collected([]) }
        return Collected(NodeScanFamilies.families(tcp: tcp(request), udp: udp(request)))
    }
}
