// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import ProcessMetrics
internal import ScrapeServing
internal import SocketMetrics
internal import SocketStatistics

/// The exporter's collectors, and their order in the exposition. This is the only list of them.
struct ExporterCollectors {
    /// What the exporter says of its own process, HTTP server and log.
    struct Own {
        var process: any Collector = ProcessCollector()
        var http: HTTPStatistics
        var droppedLogLines: @Sendable () -> UInt64
    }

    /// The prefix of the metrics that speak of the exporter itself.
    private static let prefix = "socket_exporter"

    var tcp: TCPCollector
    var udp: UDPCollector
    var unix: UNIXCollector
    /// Which source the TCP statistics come from, and why.
    var choice: @Sendable () -> SourceChoice?
    /// The same of the UDP statistics.
    var udpChoice: @Sendable () -> SourceChoice?
    /// The same of the UNIX statistics.
    var unixChoice: @Sendable () -> SourceChoice?
    var totals: @Sendable () -> ScanCollector.Totals
    var sockstat: @Sendable () throws -> SocketSummary
    var limits: LimitsCollector
    var netstat: NetstatCollector
    var nodeNames: NodeNamesCollector
    var build = BuildInformation.current
    /// Nil leaves out the metrics about the exporter itself.
    var own: Own?

    /// Registers all of them.
    func register(in registry: Registry, _ options: CollectorOptions) throws {
        try registry.register(tcp, isEnabled: options.isEnabled(\.tcp))
        try registry.register(TimeWaitCollector(tcp: tcp), .silent)
        try registry.register(udp, isEnabled: options.isEnabled(\.udp))
        try registry.register(unix, isEnabled: options.isEnabled(\.unix))
        try registry.register(BuildCollector(build), .silent)
        try registry.register(ScanCollector(tcp: tcp, choice: choice, totals: totals), .silent)
        try registry.register(
            try ProtocolScanCollector("udp", "UDP", scan: udp.scan(of:), choice: udpChoice), .silent)
        try registry.register(
            try ProtocolScanCollector("unix", "UNIX", scan: unix.scan(of:), choice: unixChoice) {
                [("family", $0.families), ("kind", $0.kinds), ("state", $0.states)]
            }, .silent)
        try registry.register(SockstatCollector(tcp: tcp, read: sockstat), isEnabled: options.isEnabled(\.sockstat))
        try registry.register(limits, isEnabled: options.isEnabled(\.limits))
        try registry.register(netstat, isEnabled: options.isEnabled(\.netstat))
        try registry.register(nodeNames, isEnabled: options.hasNodeNames)
        try registry.register(
            NodeScanCollector(tcp: { tcp.scan(of: $0)?.statistics }, udp: { udp.scan(of: $0)?.statistics }), .silent,
            isEnabled: options.hasNodeNames)
        try registry.exposeOutcomes(prefix: "socket_scrape")
        guard let own else { return }
        try registry.register(try HTTPCollector(own.http, prefix: Self.prefix), .silent)
        try registry.register(LogCollector(droppedLines: own.droppedLogLines), .silent)
        try registry.register(own.process, .always)
    }
}
