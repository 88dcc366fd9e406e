// SPDX-License-Identifier: Apache-2.0

extension Registry {
    /// Registers a closure that gives the samples of one family at each scrape.
    ///
    /// - Parameters:
    ///   - metadata: The family.
    ///   - name: The name of the collector; nil for that of the family.
    ///   - samples: Gives each set of labels once at most. It may block, on a thread of the registry's own. Where it
    ///     throws, the scrape does not show the family, neither with a stale nor with a made-up number.
    /// - Throws: ``MetricError`` where a name is not valid or taken.
    @discardableResult
    public func collect(
        _ metadata: MetricDescription, name: String? = nil, samples: @escaping @Sendable () throws -> [Sample]
    ) throws(MetricError) -> Registration {
        try collect([metadata], name: name) { [MetricFamily(metadata, samples: try samples())] }
    }

    /// Registers a closure that gives several families at each scrape.
    ///
    /// - Parameters:
    ///   - metadata: Every family that it may give.
    ///   - name: The name of the collector; nil for that of the first family.
    ///   - families: Gives each family once at most. It may block, on a thread of the registry's own. Where it throws,
    ///     the scrape shows none of its families, neither with stale nor with made-up numbers.
    /// - Throws: ``MetricError`` where a name is not valid or taken.
    @discardableResult
    public func collect(
        _ metadata: [MetricDescription], name: String? = nil,
        families: @escaping @Sendable () throws -> [MetricFamily]
    ) throws(MetricError) -> Registration {
        try register(
            ClosureCollector(name: name ?? metadata.first?.name ?? "", metadata: metadata) { _ in try families() })
    }

    /// Registers an asynchronous closure that gives the samples of one family at each scrape, for example the state of
    /// an actor.
    ///
    /// - Parameters:
    ///   - metadata: The family.
    ///   - name: The name of the collector; nil for that of the family.
    ///   - samples: Gives each set of labels once at most, in a task that is cancelled at the scrape's deadline. Where
    ///     it throws, the scrape does not show the family, neither with a stale nor with a made-up number.
    /// - Throws: ``MetricError`` where a name is not valid or taken.
    @discardableResult
    public func collect(
        _ metadata: MetricDescription, name: String? = nil, samples: @escaping @Sendable () async throws -> [Sample]
    ) throws(MetricError) -> Registration {
        try collect([metadata], name: name) { () async throws in
            [MetricFamily(metadata, samples: try await samples())]
        }
    }

    /// Registers an asynchronous closure that gives several families at each scrape.
    ///
    /// - Parameters:
    ///   - metadata: Every family that it may give.
    ///   - name: The name of the collector; nil for that of the first family.
    ///   - families: Gives each family once at most, in a task that is cancelled at the scrape's deadline. Where it
    ///     throws, the scrape shows none of its families, neither with stale nor with made-up numbers.
    /// - Throws: ``MetricError`` where a name is not valid or taken.
    @discardableResult
    public func collect(
        _ metadata: [MetricDescription], name: String? = nil,
        families: @escaping @Sendable () async throws -> [MetricFamily]
    ) throws(MetricError) -> Registration {
        try register(
            ClosureCollector(name: name ?? metadata.first?.name ?? "", metadata: metadata) { request in
                try BlockingTask.result(of: families, for: request)
            })
    }
}

/// A collector that is a closure.
struct ClosureCollector: Collector {
    let name: String
    let metadata: [MetricDescription]
    let families: @Sendable (ScrapeRequest) throws -> [MetricFamily]

    func collect(_ request: ScrapeRequest) throws -> Collected {
        Collected(try families(request))
    }
}
