// SPDX-License-Identifier: Apache-2.0

/// A collector of a registry.
final class RegisteredCollector: Sendable {
    let collector: any Collector
    let name: String
    let metadata: [MetricDescription]
    let participation: Registry.Participation
    private let constantLabels: Labels

    init(
        _ collector: any Collector, name: String, metadata: [MetricDescription], participation: Registry.Participation,
        constantLabels: Labels
    ) {
        self.collector = collector
        self.name = name
        self.metadata = metadata
        self.participation = participation
        self.constantLabels = constantLabels
    }

    /// Asks the collector, and checks what it gives.
    func collect(_ request: ScrapeRequest) -> (result: Result<Collected, any Error>, duration: Duration) {
        let start = ContinuousClock.now
        let result = Result {
            let collected = try collector.collect(request)
            let names = collected.families.map(\.metadata)
            for (index, name) in names.enumerated() where !metadata.contains(name) || names[..<index].contains(name) {
                throw MetricError.unexpectedFamily(name.name)
            }
            return collected
        }
        return (result, start.duration(to: .now))
    }
}
