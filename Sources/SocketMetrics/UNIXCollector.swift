// SPDX-License-Identifier: Apache-2.0

public import Exposition
public import SocketStatistics
internal import Synchronization

/// Collects the metrics of UNIX sockets: each scrape scans a source once.
///
/// It keeps from one scrape to the next which listeners have series of their own. Scrapes that come at the same time
/// wait for each other.
public final class UNIXCollector: Collector {
    public let name: String
    public let metadata: [MetricDescription]
    private let source: any StatisticsSource<UNIXStatistics>
    private let limits: SeriesLimits
    private let prefix: MetricPrefix
    /// The listeners with series of their own. Held during a scan.
    private let members = Mutex<Set<UNIXSocketName>>([])
    /// Never held during a scan.
    private let record = Mutex(ScanRecord<UNIXStatistics>())

    /// Creates a collector.
    ///
    /// - Parameters:
    ///   - source: What counts the sockets.
    ///   - limits: How many series there may be.
    ///   - prefix: What the names of the metrics begin with.
    ///   - name: The collector's name. Two of one registry need different names and prefixes.
    public init(
        _ source: any StatisticsSource<UNIXStatistics>, limits: SeriesLimits = SeriesLimits(),
        prefix: MetricPrefix = .socket, name: String = "unix"
    ) {
        self.source = source
        self.limits = limits
        self.prefix = prefix
        self.name = name
        metadata = UNIXFamilies.metadata.map { prefix.applied(to: $0) }
    }

    /// Prepares the source. That it is not ready is no reason not to start: each scrape tries again, and says why.
    public func prepare() {
        try? source.prepare()
    }

    /// Scans the source, until the deadline of the request at most.
    ///
    /// - Throws: The source's error.
    public func collect(_ request: ScrapeRequest) throws -> Collected {
        try members.withLock { members in
            let result = Result { () throws(SourceError) in try source.scan(until: request.deadline) }
            request.leave(result.mapError { $0 as any Error }, from: self)
            record.withLock { $0.note(result, of: source.kind) }
            let statistics = try result.get().statistics
            let listeners = statistics.listeners.map {
                Folded($0, limit: limits[.unixListeners], members: &members)
            }
            record.withLock { $0.foldedSeries += FoldedSeries(folding: [.unixListeners: listeners?.restCount ?? 0]) }
            return Collected(prefix.applied(to: UNIXFamilies.families(of: statistics, listeners)))
        }
    }

    /// The result of the scan that was made for a request; nil where none was, or it has not ended.
    public func result(of request: ScrapeRequest) -> Result<Scan<UNIXStatistics>, any Error>? {
        request.finding(of: self)
    }

    /// The scan that was made for a request, as ``result(of:)``; nil also where it failed.
    public func scan(of request: ScrapeRequest) -> Scan<UNIXStatistics>? {
        try? result(of: request)?.get()
    }

    /// How many series the limits left out, added up over all scrapes.
    public var foldedSeries: FoldedSeries {
        record.withLock { $0.foldedSeries }
    }

    /// What the scans of each source had to repeat, added up over all scans, including those that failed.
    public var efforts: [SourceKind: ScanEffort] {
        record.withLock { $0.efforts }
    }
}
