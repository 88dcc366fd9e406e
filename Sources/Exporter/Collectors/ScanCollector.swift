// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import SocketMetrics
internal import SocketStatistics

/// How the scan of the TCP sockets went: its source and why, and what it met. For all protocols, what scans repeated and
/// what the limits of series left out.
struct ScanCollector: Collector {
    private static let source = MetricDescription.gauge(
        "socket_exporter_source_info", help: "The source of the TCP statistics, and the reason why it is in use.")
    private static let duration = MetricDescription.gauge(
        "socket_exporter_scan_duration_seconds", unit: "seconds", help: "How long the scan of all TCP sockets took.")
    private static let sockets = MetricDescription.gauge(
        "socket_exporter_scanned_sockets", help: "TCP sockets that the scan walked.")
    private static let skippedSockets = MetricDescription.gauge(
        "socket_exporter_scan_skipped_sockets",
        help: "TCP sockets that the scan met and left out of all counts, by what it did not know about them.")
    private static let unknownTimers = MetricDescription.gauge(
        "socket_exporter_scan_unknown_timers", help: "TCP sockets that are missing in the counts by timer alone.")
    private static let unknownAttributes = MetricDescription.gauge(
        "socket_exporter_scan_unknown_attributes", help: "Netlink attributes of unknown types that the scan skipped.")
    private static let unknownMessages = MetricDescription.gauge(
        "socket_exporter_scan_unknown_messages", help: "Netlink messages of unknown types that the scan skipped.")
    private static let repeats = MetricDescription.counter(
        "socket_exporter_scan_repeats_total",
        help: "Scans of TCP, UDP and UNIX sockets that were begun again because the first answer was not good.")
    private static let rereadChains = MetricDescription.counter(
        "socket_exporter_reread_chains_total",
        help: "Chains of the kernel's hash tables that were read again because they changed while they were read.")
    private static let folded = MetricDescription.counter(
        "socket_exporter_folded_series_total",
        help: """
            Series that the limits left out, added up over the scrapes, by metric. Those labelled other tell their sum, where \
            there is one.
            """)

    /// Numbers that grow from scrape to scrape, also where the scan fails.
    struct Totals {
        var repeats: [SourceKind: UInt64]
        /// Of the sources that read chains.
        var rereadChains: [SourceKind: UInt64]
        var foldedSeries: FoldedSeries
    }

    let tcp: TCPCollector
    /// Which source is in use.
    let choice: @Sendable () -> SourceChoice?
    let totals: @Sendable () -> Totals

    var name: String { "scan" }
    var metadata: [MetricDescription] {
        [
            Self.source, Self.duration, Self.sockets, Self.unknownTimers, Self.unknownAttributes, Self.unknownMessages,
            Self.skippedSockets, Self.repeats, Self.rereadChains, Self.folded,
        ]
    }

    func collect(_ request: ScrapeRequest) -> Collected {
        let scan = tcp.scan(of: request)
        let totals = totals()
        let growing = [
            MetricFamily(Self.repeats, samples: Self.bySource(totals.repeats)),
            MetricFamily(Self.rereadChains, samples: Self.bySource(totals.rereadChains)),
            MetricFamily(
                Self.folded,
                samples: totals.foldedSeries.byMetric().map { metric, series in
                    Sample(MetricValue(series), labels: ["metric": metric])
                }),
        ]
        return Collected((scan.map(sourceFamilies) ?? []) + (scan.map(Self.scanFamilies) ?? []) + growing)
    }

    private static func bySource(_ counts: [SourceKind: UInt64]) -> [Sample] {
        counts.sorted { $0.key.description < $1.key.description }.map { source, count in
            Sample(MetricValue(count), labels: ["source": source.description])
        }
    }

    private func sourceFamilies(_ scan: Scan<TCPStatistics>) -> [MetricFamily] {
        let labels: Labels = ["source": scan.source.description, "reason": choice()?.reason ?? ""]
        return [MetricFamily(Self.source, samples: [Sample(1, labels: labels)])]
    }

    private static func scanFamilies(_ scan: Scan<TCPStatistics>) -> [MetricFamily] {
        let source = scan.source.description
        let unknown = scan.unknown
        let skipped = [("family", unknown.families), ("state", unknown.states)].compactMap { kind, count in
            count.map { Sample(MetricValue($0), labels: ["source": source, "kind": kind]) }
        }
        let values: [(MetricDescription, MetricValue?)] = [
            (duration, .real(scan.duration / .seconds(1))),
            (sockets, MetricValue(scan.sockets)),
            (unknownTimers, unknown.timers.map { MetricValue($0) }),
            (unknownAttributes, unknown.attributes.map { MetricValue($0) }),
            (unknownMessages, unknown.messages.map { MetricValue($0) }),
        ]
        return values.compactMap { description, value in
            value.map { MetricFamily(description, samples: [Sample($0, labels: ["source": source])]) }
        } + [MetricFamily(skippedSockets, samples: skipped)]
    }
}

extension ScanCollector.Totals {
    /// The totals of the collectors of all protocols, with 0 for sources that have not been used.
    init(_ efforts: [[SourceKind: ScanEffort]], of kinds: [SourceKind], foldedSeries: FoldedSeries) {
        let efforts = efforts.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
        let readers = kinds.filter { $0 == .bpf || efforts[$0]?.rereadChains != nil }
        self.init(
            repeats: Dictionary(kinds.map { ($0, efforts[$0]?.repeats ?? 0) }) { $1 },
            rereadChains: Dictionary(readers.map { ($0, efforts[$0]?.rereadChains ?? 0) }) { $1 },
            foldedSeries: foldedSeries)
    }
}
