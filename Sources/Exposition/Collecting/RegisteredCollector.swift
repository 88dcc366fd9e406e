// SPDX-License-Identifier: Apache-2.0

/// A collector of a registry.
final class RegisteredCollector: Sendable {
    let collector: any Collector
    let name: String
    let participation: Registry.Participation
    private let check: FamilyCheck
    private let constantLabels: Labels

    init(
        _ collector: any Collector, name: String, metadata: [MetricDescription], participation: Registry.Participation,
        constantLabels: Labels
    ) {
        self.collector = collector
        self.name = name
        self.participation = participation
        self.check = FamilyCheck(metadata)
        self.constantLabels = constantLabels
    }

    /// Whether a scrape asks it.
    func participates(in request: ScrapeRequest) -> Bool {
        !participation.isSelectable || request.selection.contains(name)
    }

    /// Asks the collector, checks what it gives, and adds the registry's labels.
    func collect(_ request: ScrapeRequest) -> Result<Collected, any Error> {
        Result {
            var collected = try collector.collect(request)
            try check.check(collected.families)
            if !constantLabels.isEmpty {
                for index in collected.families.indices {
                    try collected.families[index].add(constantLabels)
                }
            }
            return collected
        }
    }
}

extension MetricFamily {
    /// Adds labels to each sample.
    fileprivate mutating func add(_ labels: Labels) throws(MetricError) {
        for index in samples.indices {
            try metadata.checkLabels(samples[index].labels, labels)
            samples[index].labels = try samples[index].labels.adding(labels)
        }
    }
}
