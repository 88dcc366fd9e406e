// SPDX-License-Identifier: Apache-2.0

extension Registry {
    /// Prepares each enabled collector, in order of registration, on the calling thread, and starts no thread:
    /// privileges belong to threads, and are often given up afterwards.
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

    /// Starts the thread that collectors run on, so that no later scrape needs one as long as no collector blocks.
    ///
    /// - Throws: ``ThreadError`` where the system does not start one.
    package func startThreads() throws {
        try threads.startFirst()
    }

    /// Asks the collectors that a request selects, and tells what they gave and how they did.
    ///
    /// Collectors run on threads of the registry, one after the other, or beside one that takes long. What is not
    /// finished at the request's deadline is left out: its outcome is ``DeadlineExceeded``. A collector that then still
    /// runs is not started again before it has finished. Where the system starts no thread, collectors run on the
    /// calling thread, and one that ignores the deadline delays the answer.
    ///
    /// Several threads may gather at the same time; a collector runs for one of them at a time.
    @available(*, noasync, message: "await it")
    public func gather(_ request: ScrapeRequest = ScrapeRequest()) -> Gathered {
        gatherHere(request)
    }

    /// Asks the collectors that a request selects, and tells what they gave and how they did.
    ///
    /// It waits on a thread of its own. When the task is cancelled it returns soon; collectors that have not finished
    /// then fail with a `CancellationError`.
    ///
    /// In the top-level code of a `main.swift` the compiler does not find this form: await it in a function.
    public func gather(_ request: ScrapeRequest = ScrapeRequest()) async -> Gathered {
        let cancellation = request.cancellation ?? ScrapeCancellation()
        var request = request
        request.cancellation = cancellation
        return await withTaskCancellationHandler { [request] in
            await withCheckedContinuation { continuation in
                let gather: @Sendable () -> Void = { continuation.resume(returning: self.gatherHere(request)) }
                if DetachedThread.start(gather) != 0 { gather() }
            }
        } onCancel: {
            cancellation.cancel()
        }
    }

    private func gatherHere(_ request: ScrapeRequest) -> Gathered {
        let (entries, metrics) = snapshot
        let selected = entries.compactMap { entry in
            if case .collector(let collector) = entry, collector.participates(in: request) { collector } else { nil }
        }
        let apart = selected.filter { $0.participation.reportsOutcome }
        let runs = Dictionary(
            uniqueKeysWithValues: zip(apart.map(ObjectIdentifier.init), threads.run(apart, request)))
        var answer = Answer()
        for entry in entries {
            switch entry {
            case .outcomes: answer.markOutcomes()
            case .instrument(let metadata, let samples):
                answer.add(metadata, Result { try samples() })
            case .collector(let collector):
                if let run = runs[ObjectIdentifier(collector)] {
                    answer.add(collector, run)
                } else if !collector.participation.reportsOutcome, collector.participates(in: request) {
                    answer.add(collector, CollectorRun(result: collector.collect(request), duration: nil))
                }
            }
        }
        return answer.gathered(metrics, constantLabels)
    }
}

/// What a scrape has of its answer.
private struct Answer {
    private var families: [MetricFamily] = []
    /// Where the outcomes stand among the families.
    private var position: Int?
    private var selectable: [CollectorOutcome] = []
    private var parts: [CollectorOutcome] = []
    private var always: [CollectorOutcome] = []
    private var alwaysParts: [CollectorOutcome] = []
    /// Of what has an outcome only where it fails.
    private var failures: [CollectorOutcome] = []

    mutating func markOutcomes() {
        position = families.count
    }

    mutating func add(_ metadata: MetricDescription, _ samples: Result<[Sample], any Error>) {
        switch samples {
        case .success(let samples): families.append(MetricFamily(metadata, samples: samples))
        case .failure(let error): failures.append(CollectorOutcome(metadata.name, error: error))
        }
    }

    mutating func add(_ collector: RegisteredCollector, _ run: CollectorRun) {
        var outcome = CollectorOutcome(collector.name, duration: run.duration, error: run.result.error)
        var parts: [CollectorOutcome] = []
        if case .success(let collected) = run.result {
            outcome.error = collected.error
            families += collected.families
            parts = collected.parts.map { CollectorOutcome($0.name, error: $0.error) }
        }
        switch collector.participation {
        case let participation where !participation.reportsOutcome:
            failures += (outcome.error == nil ? [] : [outcome]) + parts.filter { $0.error != nil }
        case let participation where participation.isSelectable:
            selectable.append(outcome)
            self.parts += parts
        default:
            always.append(outcome)
            alwaysParts += parts
        }
    }

    func gathered(_ metrics: OutcomeMetrics, _ constantLabels: Labels) -> Gathered {
        let outcomes = selectable + parts + always + alwaysParts + failures
        var families = families
        if position != nil || !outcomes.isEmpty {
            families.insert(
                contentsOf: metrics.families(of: outcomes, constantLabels: constantLabels),
                at: position ?? families.count)
        }
        return Gathered(families: families, outcomes: outcomes)
    }
}

extension Result {
    /// The error of a failure.
    var error: Failure? { if case .failure(let error) = self { error } else { nil } }
}
