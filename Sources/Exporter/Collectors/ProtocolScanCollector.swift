// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import SocketStatistics

/// How the scan of the sockets of a protocol other than TCP went: its source and why, how long it took, and what it left
/// out.
struct ProtocolScanCollector<Statistics: Sendable>: Collector {
    /// The sockets that a scan left out of all counts, by what it did not know about them; nil where it cannot meet such.
    typealias Skipped = [(kind: String, sockets: UInt64?)]

    let name: String
    private let source: MetricDescription
    private let duration: MetricDescription
    private let skippedSockets: MetricDescription
    private let scan: @Sendable (ScrapeRequest) -> Scan<Statistics>?
    private let choice: @Sendable () -> SourceChoice?
    private let skipped: @Sendable (UnknownCounts) -> Skipped

    /// Creates a collector.
    ///
    /// - Parameters:
    ///   - word: The protocol in names, such as `udp`.
    ///   - title: The protocol for people, such as `UDP`.
    ///   - scan: The scan that was made for a request; nil where there is none.
    ///   - choice: Which source is in use.
    ///   - skipped: What of the unknown counts are sockets, and the label `kind` for each.
    /// - Throws: `MetricError` where the word cannot be a part of a name.
    init(
        _ word: String, _ title: String, scan: @escaping @Sendable (ScrapeRequest) -> Scan<Statistics>?,
        choice: @escaping @Sendable () -> SourceChoice?,
        skipped: @escaping @Sendable (UnknownCounts) -> Skipped = { [("family", $0.families), ("state", $0.states)] }
    ) throws(MetricError) {
        name = "\(word)-scan"
        source = try MetricDescription(
            "socket_exporter_\(word)_source_info", kind: .gauge,
            help: "The source of the \(title) statistics, and the reason why it is in use.")
        duration = try MetricDescription(
            "socket_exporter_\(word)_scan_duration_seconds", kind: .gauge, unit: "seconds",
            help: "How long the scan of all \(title) sockets took.")
        skippedSockets = try MetricDescription(
            "socket_exporter_\(word)_scan_skipped_sockets", kind: .gauge,
            help: "\(title) sockets that the scan met and left out of all counts, by what it did not know about them.")
        self.scan = scan
        self.choice = choice
        self.skipped = skipped
    }

    var metadata: [MetricDescription] { [source, duration, skippedSockets] }

    func collect(_ request: ScrapeRequest) -> Collected {
        guard let scan = scan(request) else { return Collected([]) }
        let kind = scan.source.description
        let reason = choice()?.reason ?? ""
        let samples = skipped(scan.unknown).compactMap { skipped in
            skipped.sockets.map { Sample(MetricValue($0), labels: ["source": kind, "kind": skipped.kind]) }
        }
        return Collected([
            MetricFamily(source, samples: [Sample(1, labels: ["source": kind, "reason": reason])]),
            MetricFamily(duration, samples: [Sample(.real(scan.duration / .seconds(1)), labels: ["source": kind])]),
            MetricFamily(skippedSockets, samples: samples),
        ])
    }
}
