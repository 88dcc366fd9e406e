// SPDX-License-Identifier: Apache-2.0

extension Registry {
    /// Prepares each enabled collector, in order of registration, on the calling thread, and starts no thread: privileges
    /// belong to threads, and are often given up afterwards.
    ///
    /// - Returns: How each did. One that failed is asked at scrapes all the same.
    public func prepare() -> [CollectorOutcome] {
        var outcomes: [CollectorOutcome] = []
        for case .collector(let registered) in snapshot.entries {
            let start = ContinuousClock.now
            let result = Result { try registered.collector.prepare() }
            outcomes.append(CollectorOutcome(registered.name, duration: start.duration(to: .now), error: result.error))
        }
        return outcomes
    }

    /// Starts the thread that collectors run on, so that no later scrape needs one.
    package func startThreads() throws {}

    /// Asks the collectors that a request selects, and tells what they gave and how they did.
    @available(*, noasync, message: "await it")
    public func gather(_ request: ScrapeRequest = ScrapeRequest()) -> Gathered {
        let (entries, outcomes) = snapshot
        var families: [MetricFamily] = []
        var selectable: [CollectorOutcome] = []
        var parts: [CollectorOutcome] = []
        var others: [CollectorOutcome] = []
        var position: Int?
        for entry in entries {
            switch entry {
            case .outcomes: position = families.count
            case .instrument(let metadata, let samples):
                if let samples = try? samples() { families.append(MetricFamily(metadata, samples: samples)) }
            case .collector(let registered):
                let participation = registered.participation
                guard !participation.isSelectable || request.selection.contains(registered.name) else { continue }
                let (result, duration) = registered.collect(request)
                if let collected = try? result.get() {
                    families += collected.families
                    parts += collected.parts.map { CollectorOutcome($0.name, error: $0.error) }
                }
                let outcome = CollectorOutcome(registered.name, duration: duration, error: result.error)
                if participation.isSelectable {
                    selectable.append(outcome)
                } else if participation.reportsOutcome || result.error != nil {
                    others.append(outcome)
                }
            }
        }
        let all = selectable + parts + others
        if position != nil || !all.isEmpty {
            families.insert(
                contentsOf: outcomes.families(of: all, constantLabels: constantLabels),
                at: position ?? families.count)
        }
        return Gathered(families: families, outcomes: all)
    }

    /// Asks the collectors that a request selects, and tells what they gave and how they did.
    public func gather(_ request: ScrapeRequest = ScrapeRequest()) async -> Gathered {
        let gather = { self.gather(request) as Gathered }
        return gather()
    }
}

extension Result {
    /// The error of a failure.
    var error: Failure? { if case .failure(let error) = self { error } else { nil } }
}
