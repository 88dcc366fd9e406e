// SPDX-License-Identifier: Apache-2.0

public import Exposition
public import SocketStatistics
internal import Synchronization

/// Collects the TCP metrics of `socket_exporter`: each scrape scans a source once.
///
/// It keeps what one scrape needs of those before it: counters, which ports, listeners and network namespaces have
/// series of their own, and the paths of cgroups. Scrapes that come at the same time wait for each other.
///
/// The outcome of a scan is that of the collector. Two parts have outcomes of their own where they were asked for:
/// `listeners`, and `netns` for the other network namespaces. Their names begin with the collector's and a dot where
/// that is not `tcp`.
public final class TCPCollector: Collector {
    private struct Memory {
        var history = SeriesHistory()
        var cgroups = CgroupPaths()
    }

    private struct Totals {
        var record = ScanRecord<TCPStatistics>()
        var namespaceCgroups: [UInt64: String] = [:]
    }

    private static let standardName = "tcp"
    private static let parts: [(ScanPart, String)] = [
        (.listeners, "listeners"), (.namespaces, "netns"), (.cgroups, "cgroups"),
    ]

    public let name: String
    public let metadata: [MetricDescription]
    private let source: any StatisticsSource<TCPStatistics>
    private let limits: SeriesLimits
    private let prefix: MetricPrefix
    private let isSingle: Bool
    private let names: @Sendable (NamespaceStatistics, inout CgroupPaths) -> NamespaceNames
    /// Held from the beginning of a scan until its metrics are made: after an older scan, counters would count again
    /// what had been counted.
    private let memory = Mutex(Memory())
    /// Never held during a scan.
    private let totals = Mutex(Totals())

    /// Creates a collector.
    ///
    /// - Parameters:
    ///   - source: What counts the sockets, such as a `SourceSelector`.
    ///   - limits: How many series there may be.
    ///   - prefix: What the names of the metrics begin with.
    ///   - name: The collector's name. Two of one registry need different names and prefixes.
    ///   - isSingle: Whether there is only one scrape: then without the counters, which need one before.
    public convenience init(
        _ source: any StatisticsSource<TCPStatistics>, limits: SeriesLimits = SeriesLimits(),
        prefix: MetricPrefix = .socket, name: String = "tcp", isSingle: Bool = false
    ) {
        self.init(source, limits: limits, prefix: prefix, name: name, isSingle: isSingle) { statistics, cgroups in
            NamespaceNames(cgroups: cgroups.paths(of: statistics))
        }
    }

    /// - Parameter names: What network namespaces are called.
    package init(
        _ source: any StatisticsSource<TCPStatistics>, limits: SeriesLimits = SeriesLimits(),
        prefix: MetricPrefix = .socket, name: String = "tcp", isSingle: Bool = false,
        names: @escaping @Sendable (NamespaceStatistics, inout CgroupPaths) -> NamespaceNames
    ) {
        self.names = names
        self.source = source
        self.limits = limits
        self.prefix = prefix
        self.name = name
        self.isSingle = isSingle
        metadata = TCPMetrics.metadata(prefix: prefix)
    }

    /// Prepares the source, which may need privileges that are given up later.
    public func prepare() throws {
        try source.prepare()
    }

    /// Scans the source, until the deadline of the request at most.
    ///
    /// - Throws: The source's error; ``latest`` then has it, and the totals include what the scan repeated.
    public func collect(_ request: ScrapeRequest) throws -> Collected {
        try memory.withLock { memory in
            let result = Result { () throws(SourceError) in try source.scan(until: request.deadline) }
            request.leave(result.mapError { $0 as any Error }, from: self)
            totals.withLock { $0.record.note(result, of: source.kind) }
            let scan = try result.get()
            let metrics = metrics(scan.statistics, &memory)
            totals.withLock { totals in
                totals.record.foldedSeries += metrics.foldedSeries
                totals.namespaceCgroups = memory.history.namespaceCgroups
            }
            return Collected(metrics.families, parts: parts(of: scan))
        }
    }

    /// The result of the last scan; nil before the first.
    public var latest: Result<Scan<TCPStatistics>, any Error>? {
        totals.withLock { $0.record.latest }
    }

    /// The result of the scan that was made for a request; nil where none was, or it has not ended.
    ///
    /// A collector that is registered after this one and compares with it finds the scan of the same scrape, whatever other
    /// scrapes are under way.
    public func result(of request: ScrapeRequest) -> Result<Scan<TCPStatistics>, any Error>? {
        request.finding(of: self)
    }

    /// The scan that was made for a request, as ``result(of:)``; nil also where it failed.
    public func scan(of request: ScrapeRequest) -> Scan<TCPStatistics>? {
        try? result(of: request)?.get()
    }

    /// How many series the limits left out, added up over all scrapes.
    public var foldedSeries: FoldedSeries {
        totals.withLock { $0.record.foldedSeries }
    }

    /// The cgroups that namespaces were called by in the last scrape, by the namespaces' cookies: so that other collectors
    /// call them the same.
    package var namespaceCgroups: [UInt64: String] {
        totals.withLock { $0.namespaceCgroups }
    }

    /// What the scans of each source had to repeat, added up over all scans, including those that failed.
    public var efforts: [SourceKind: ScanEffort] {
        totals.withLock { $0.record.efforts }
    }

    private func metrics(_ statistics: TCPStatistics, _ memory: inout Memory) -> TCPMetrics {
        let names = statistics.namespaces.map { self.names($0, &memory.cgroups) } ?? NamespaceNames(names: [:])
        return isSingle
            ? TCPMetrics(statistics, limits: limits, names: names, prefix: prefix)
            : TCPMetrics(statistics, limits: limits, names: names, prefix: prefix, history: &memory.history)
    }

    /// The outcomes of the parts that were asked for.
    private func parts(of scan: Scan<TCPStatistics>) -> [Collected.Part] {
        Self.parts.compactMap { part, word in
            guard scan.statistics.has(part) || scan.failures[part] != nil else { return nil }
            let name = name == Self.standardName ? word : "\(name).\(word)"
            return Collected.Part(name, error: scan.failures[part])
        }
    }
}

extension TCPStatistics {
    /// Whether a part that may be missing is there.
    fileprivate func has(_ part: ScanPart) -> Bool {
        switch part {
        case .listeners: listeners != nil
        case .namespaces: namespaces != nil
        default: cgroups != nil
        }
    }
}
