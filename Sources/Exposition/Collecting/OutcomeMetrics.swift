// SPDX-License-Identifier: Apache-2.0

/// The metrics that tell how the collectors did.
struct OutcomeMetrics: Sendable {
    private let duration: MetricDescription
    private let success: MetricDescription

    /// With the prefix `scrape`.
    static let standard = OutcomeMetrics(
        duration: .gauge(
            "scrape_collector_duration_seconds", unit: "seconds", help: "How long a collector's reading took."),
        success: .gauge("scrape_collector_success", help: "Whether a collector's reading succeeded."))

    private init(duration: MetricDescription, success: MetricDescription) {
        self.duration = duration
        self.success = success
    }

    /// - Throws: ``MetricError/invalidMetricName(_:)`` where the prefix cannot begin a name.
    init(prefix: String) throws(MetricError) {
        duration = try MetricDescription(
            "\(prefix)_collector_duration_seconds", kind: .gauge, unit: "seconds",
            help: "How long a collector's reading took.")
        success = try MetricDescription(
            "\(prefix)_collector_success", kind: .gauge, help: "Whether a collector's reading succeeded.")
    }

    var metadata: [MetricDescription] { [duration, success] }

    /// The families; of outcomes with the same name, the first duration and whether all succeeded.
    func families(of outcomes: [CollectorOutcome], constantLabels: Labels) -> [MetricFamily] {
        var families = [MetricFamily(duration), MetricFamily(success)]
        let failed = Set(outcomes.lazy.filter { $0.error != nil }.map(\.name))
        var told: Set<String> = []
        for outcome in outcomes where told.insert(outcome.name).inserted {
            let labels = Labels(collector: outcome.name, constantLabels)
            if let duration = outcome.duration {
                families[0].append(.real(duration / .seconds(1)), labels: labels)
            }
            families[1].append(failed.contains(outcome.name) ? 0 : 1, labels: labels)
        }
        return families
    }
}

extension Labels {
    /// The labels of an outcome. A constant label `collector` gives way to its own.
    fileprivate init(collector name: String, _ constantLabels: Labels) {
        let own: Labels = ["collector": name]
        let others = try? Labels(constantLabels.pairs.filter { $0.name != "collector" })
        self = (try? own.adding(others ?? .none)) ?? own
    }
}
