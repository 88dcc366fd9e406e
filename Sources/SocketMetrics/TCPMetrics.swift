// SPDX-License-Identifier: Apache-2.0

public import Exposition
public import SocketStatistics

/// TCP statistics as metric families: `socket_tcp_connections` and the others that `socket_exporter` serves.
///
/// What was not counted has no family, or no sample in one. The number of series is bounded, whatever the number of
/// ports, listeners and namespaces: ``SeriesLimits``. ``TCPCollector`` does all this at each scrape.
public struct TCPMetrics: Sendable {
    let statistics: TCPStatistics
    let folded: FoldedTCP
    /// Whether the counters continue those of the last scrape.
    let hasHistory: Bool
    private let prefix: MetricPrefix

    /// Creates the metrics of a single scan, without its counters.
    ///
    /// A counter must not fall, and a scan does not know the one before: `socket_tcp_listener_drops_total` needs a
    /// ``SeriesHistory``.
    ///
    /// - Parameters:
    ///   - statistics: The result of a scan.
    ///   - limits: How many series there may be.
    ///   - names: What network namespaces are called, where all were counted; the others are called by their numbers.
    ///   - prefix: What the names of the metrics begin with.
    public init(
        _ statistics: TCPStatistics, limits: SeriesLimits = SeriesLimits(),
        names: NamespaceNames = NamespaceNames(names: [:]), prefix: MetricPrefix = .socket
    ) {
        var history = SeriesHistory()
        self.statistics = statistics
        self.prefix = prefix
        folded = FoldedTCP(statistics, names: names, limits: limits, history: &history)
        hasHistory = false
    }

    /// Creates the metrics of one of many scans, with counters that continue from one to the next.
    ///
    /// - Parameters:
    ///   - statistics: The result of a scan.
    ///   - limits: How many series there may be.
    ///   - names: What network namespaces are called, where all were counted; the others are called by their numbers.
    ///   - prefix: What the names of the metrics begin with.
    ///   - history: What is remembered from one scrape to the next; this one is noted in it.
    public init(
        _ statistics: TCPStatistics, limits: SeriesLimits = SeriesLimits(),
        names: NamespaceNames = NamespaceNames(names: [:]), prefix: MetricPrefix = .socket,
        history: inout SeriesHistory
    ) {
        self.statistics = statistics
        self.prefix = prefix
        folded = FoldedTCP(statistics, names: names, limits: limits, history: &history)
        hasHistory = true
    }

    /// The description of each family that there may be, with the prefix `socket`.
    public static var metadata: [MetricDescription] {
        metadata(prefix: .socket)
    }

    /// The description of each family that there may be.
    public static func metadata(prefix: MetricPrefix) -> [MetricDescription] {
        allFamilies.flatMap { $0.metadata }.map { prefix.applied(to: $0) }
    }

    /// The families, in a stable order.
    public var families: [MetricFamily] {
        prefix.applied(to: Self.allFamilies.flatMap { $0.families(of: self) })
    }

    /// How many series the limits left out.
    public var foldedSeries: FoldedSeries {
        FoldedSeries(folding: folded.restCounts)
    }
}
