// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import SocketStatistics

/// How the scan of the sockets went.
enum ScanCollector: Collector {
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
        "socket_exporter_scan_repeats_total", help: "Scans begun again because the first answer was not good.")
    private static let rereadChains = MetricDescription.counter(
        "socket_exporter_reread_chains_total",
        help: "Chains of the kernel's hash tables that were read again because they changed while they were read.")

    static func families(from readings: Readings) -> [MetricFamily] {
        (readings.tcp.value.map { scanFamilies($0.scan) } ?? []) + [
            MetricFamily(repeats, samples: bySource(readings.repeats)),
            MetricFamily(rereadChains, samples: bySource(readings.rereadChains)),
        ]
    }

    private static func bySource(_ counts: [SourceKind: UInt64]) -> [Sample] {
        counts.sorted { $0.key.description < $1.key.description }.map { source, count in
            Sample(MetricValue(count), labels: ["source": source.description])
        }
    }

    private static func scanFamilies(_ scan: TCPScan) -> [MetricFamily] {
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
