// SPDX-License-Identifier: Apache-2.0

internal import Exposition

/// What this exporter is.
enum BuildCollector: Collector {
    private static let description = MetricDescription.info(
        "socket_exporter_build_info", help: "Version of the exporter, and what it was built from and with.")

    private static let labels: Labels = [
        "version": BuildInformation.current.version,
        "revision": BuildInformation.current.revision,
        "swift_version": BuildInformation.current.swiftVersion,
    ]

    static func families(from readings: Readings) -> [MetricFamily] {
        [MetricFamily(description, samples: [Sample(1, labels: labels)])]
    }
}
