// SPDX-License-Identifier: Apache-2.0

public import Exposition
public import SocketStatistics
internal import Synchronization

/// Collects the UDP metrics of `socket_exporter`: each scrape scans a source once.
///
/// It keeps what one scrape needs of those before it: counters, and which ports and network namespaces have series of their
/// own. Scrapes that come at the same time wait for each other.
///
/// The outcome of a scan is that of the collector. The other network namespaces have an outcome of their own, `udp.netns`,
/// where they were asked for.
public final class UDPCollector: Collector {
    private struct Memory {
        var history = UDPHistory()
        var cgroups = CgroupPaths()
    }

    public let name = "udp"
    public let metadata = UDPFamilies.metadata
    private let source: any StatisticsSource<UDPStatistics>
    private let limits: SeriesLimits
    private let isSingle: Bool
    private let knownCgroups: @Sendable () -> [UInt64: String]
    private let names: @Sendable ([UInt64: String]) -> NamespaceNames
    /// Held from the beginning of a scan until its metrics are made: after an older scan, counters would count again
    /// what had been counted.
    private let memory = Mutex(Memory())
    /// Never held during a scan.
    private let record = Mutex(ScanRecord<UDPStatistics>())

    /// Creates a collector.
    ///
    /// - Parameters:
    ///   - source: What counts the sockets, such as a `UDPNetlinkSource`.
    ///   - limits: How many series there may be.
    ///   - isSingle: Whether there is only one scrape: then without the counter of drops, which needs one before.
    public convenience init(
        _ source: any StatisticsSource<UDPStatistics>, limits: SeriesLimits = SeriesLimits(), isSingle: Bool = false
    ) {
        self.init(source, limits: limits, isSingle: isSingle, knownCgroups: { [:] })
    }

    /// - Parameters:
    ///   - knownCgroups: The cgroups that another collector calls namespaces by, by their cookies.
    ///   - names: What network namespaces are called, from the paths of their cgroups.
    package init(
        _ source: any StatisticsSource<UDPStatistics>, limits: SeriesLimits, isSingle: Bool,
        knownCgroups: @escaping @Sendable () -> [UInt64: String],
        names: @escaping @Sendable ([UInt64: String]) -> NamespaceNames = { NamespaceNames(cgroups: $0) }
    ) {
        self.source = source
        self.limits = limits
        self.isSingle = isSingle
        self.knownCgroups = knownCgroups
        self.names = names
    }

    /// Prepares the source, which may need privileges that are given up later. Where that fails nothing is thrown: the next
    /// scan tells the reason.
    public func prepare() {
        try? source.prepare()
    }

    /// Scans the source, until the deadline of the request at most.
    ///
    /// - Throws: The source's error.
    public func collect(_ request: ScrapeRequest) throws -> Collected {
        try memory.withLock { memory in
            let result = Result { () throws(SourceError) in try source.scan(until: request.deadline) }
            request.leave(result.mapError { $0 as any Error }, from: self)
            record.withLock { $0.note(result, of: source.kind) }
            let scan = try result.get()
            return Collected(families(of: scan.statistics, &memory), parts: Self.parts(of: scan))
        }
    }

    /// The result of the scan that was made for a request; nil where none was, or it has not ended.
    public func result(of request: ScrapeRequest) -> Result<Scan<UDPStatistics>, any Error>? {
        request.finding(of: self)
    }

    /// The scan that was made for a request, as ``result(of:)``; nil also where it failed.
    public func scan(of request: ScrapeRequest) -> Scan<UDPStatistics>? {
        try? result(of: request)?.get()
    }

    /// How many series the limits left out, added up over all scrapes.
    public var foldedSeries: FoldedSeries {
        record.withLock { $0.foldedSeries }
    }

    /// The result of the last scan; nil before the first.
    public var latest: Result<Scan<UDPStatistics>, any Error>? {
        record.withLock { $0.latest }
    }

    /// What the scans of each source had to repeat, added up over all scans, including those that failed.
    public var efforts: [SourceKind: ScanEffort] {
        record.withLock { $0.efforts }
    }

    private func families(of statistics: UDPStatistics, _ memory: inout Memory) -> [MetricFamily] {
        var names = NamespaceNames(names: [:])
        if let namespaces = statistics.namespaces {
            let cgroups = Set(namespaces.identities.values.compactMap(\.cgroup))
            names = self.names(memory.cgroups.paths(of: cgroups))
            memory.history.namespaceCgroups.merge(knownCgroups()) { $1 }
        }
        let folded = FoldedUDP(statistics, names: names, limits: limits, history: &memory.history)
        record.withLock { $0.foldedSeries += FoldedSeries(folding: folded.restCounts) }
        return UDPFamilies.families(of: statistics, folded, hasHistory: !isSingle)
    }

    /// The outcome of the other namespaces, where they were asked for.
    private static func parts(of scan: Scan<UDPStatistics>) -> [Collected.Part] {
        let failure = scan.failures[.namespaces]
        guard scan.statistics.namespaces != nil || failure != nil else { return [] }
        return [Collected.Part("udp.netns", error: failure)]
    }
}
