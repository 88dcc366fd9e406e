// SPDX-License-Identifier: Apache-2.0

internal import Exposition

/// How each collector of this scrape went.
enum OutcomeCollector: Collector {
    private static let duration = MetricDescription.gauge(
        "socket_scrape_collector_duration_seconds", unit: "seconds", help: "How long a collector's reading took.")
    private static let success = MetricDescription.gauge(
        "socket_scrape_collector_success", help: "Whether a collector's reading succeeded.")

    static func families(from readings: Readings) -> [MetricFamily] {
        var families = [MetricFamily(duration), MetricFamily(success)]
        for collector in readings.collectors {
            let labels: Labels = ["collector": collector.name]
            if let duration = collector.duration {
                families[0].append(.real(duration / .seconds(1)), labels: labels)
            }
            families[1].append(collector.failure == nil ? 1 : 0, labels: labels)
        }
        return families
    }
}
