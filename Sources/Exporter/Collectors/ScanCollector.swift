// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import SocketStatistics

/// How the scan of the sockets went.
enum ScanCollector: Collector {
    private static let duration = MetricDescription.gauge(
        "socket_exporter_scan_duration_seconds", unit: "seconds", help: "How long the scan of all TCP sockets took.")
    private static let sockets = MetricDescription.gauge(
        "socket_exporter_scanned_sockets", help: "TCP sockets that the scan walked.")
    private static let skipped = MetricDescription.gauge(
        "socket_exporter_scan_skipped", help: "What the scan met and could not count, by what was unknown about it.")
    private static let retries = MetricDescription.counter(
        "socket_exporter_scan_retries_total", help: "Scans begun again because the first answer was not good.")

    static func families(from readings: Readings) -> [MetricFamily] {
        (readings.tcp.value.map { scanFamilies($0.scan) } ?? []) + [retriesFamily(readings.retries)]
    }

    private static func scanFamilies(_ scan: TCPScan) -> [MetricFamily] {
        let source = scan.source.label
        let labels: Labels = ["source": source]
        let skippedSamples = TCPScan.Skipped.allCases.compactMap { kind in
            scan.skipped[kind].map {
                Sample(MetricValue($0), labels: ["source": source, "kind": kind.label])
            }
        }
        return [
            MetricFamily(duration, samples: [Sample(.real(scan.duration / .seconds(1)), labels: labels)]),
            MetricFamily(sockets, samples: [Sample(MetricValue(scan.sockets), labels: labels)]),
            MetricFamily(skipped, samples: skippedSamples),
        ]
    }

    private static func retriesFamily(_ counts: [SourceKind: UInt64]) -> MetricFamily {
        let samples = SourceKind.allCases.compactMap { kind in
            counts[kind].map { Sample(MetricValue($0), labels: ["source": kind.label]) }
        }
        return MetricFamily(retries, samples: samples)
    }
}
