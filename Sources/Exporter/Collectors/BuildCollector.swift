// SPDX-License-Identifier: Apache-2.0

internal import Exposition

/// What this exporter is.
struct BuildCollector: Collector {
    static let build = MetricDescription.info(
        "socket_exporter_build_info", help: "Version of the exporter, and what it was built from and with.")

    private let labels: Labels

    init(_ information: BuildInformation = .current) {
        labels = [
            "version": information.version, "revision": information.revision,
            "swift_version": information.swiftVersion,
        ]
    }

    var name: String { "build" }
    var metadata: [MetricDescription] { [Self.build] }

    func collect(_ request: ScrapeRequest) -> Collected {
        Collected([MetricFamily(Self.build, samples: [Sample(1, labels: labels)])])
    }
}
