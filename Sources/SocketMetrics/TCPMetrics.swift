// SPDX-License-Identifier: Apache-2.0

public import Exposition
public import SocketStatistics

/// TCP statistics as metric families: `socket_tcp_connections` and the others that `socket_exporter` serves.
///
/// What the statistics do not tell has no family, and what they did not count has no sample. The number of series has a
/// bound, whatever the number of ports, listeners and namespaces: ``SeriesLimits``.
public struct TCPMetrics: Sendable {
    let statistics: TCPStatistics
    let folded: FoldedTCP
    /// Whether the counters go on from those of the scrape before.
    let hasHistory: Bool

    /// Creates the metrics of a single scan, without its counters.
    ///
    /// A counter must not fall, and a scan does not know what the one before told: `socket_tcp_listener_drops_total` needs a
    /// ``SeriesHistory``.
    ///
    /// - Parameters:
    ///   - statistics: the result of a scan.
    ///   - limits: how many series there may be.
    ///   - names: what network namespaces are called, where the statistics tell of all; the others are called by their
    ///     numbers.
    public init(
        _ statistics: TCPStatistics, limits: SeriesLimits = SeriesLimits(),
        names: NamespaceNames = NamespaceNames(names: [:])
    ) {
        var history = SeriesHistory()
        self.statistics = statistics
        folded = FoldedTCP(statistics, names: names, limits: limits, history: &history)
        hasHistory = false
    }

    /// Creates the metrics of one of many scans, with counters that go on from one to the next.
    ///
    /// - Parameters:
    ///   - statistics: the result of a scan.
    ///   - limits: how many series there may be.
    ///   - names: what network namespaces are called, where the statistics tell of all; the others are called by their
    ///     numbers.
    ///   - history: what is remembered from one scrape to the next; it takes note of this one.
    public init(
        _ statistics: TCPStatistics, limits: SeriesLimits = SeriesLimits(),
        names: NamespaceNames = NamespaceNames(names: [:]), history: inout SeriesHistory
    ) {
        self.statistics = statistics
        folded = FoldedTCP(statistics, names: names, limits: limits, history: &history)
        hasHistory = true
    }

    /// What the families may be, to register them with a `Registry`.
    public static var metadata: [MetricDescription] {
        TCPCollectors.all.flatMap { $0.metadata }
    }

    /// The families, in a stable order.
    public var families: [MetricFamily] {
        TCPCollectors.all.flatMap { $0.families(of: self) }
    }

    /// How many series the limits left out.
    public var foldedSeries: FoldedSeries {
        // A socket that is only bound is neither on a port nor in another namespace's count.
        let states = TCPState.allCases.count - 1
        return FoldedSeries(
            listeners: UInt64(folded.listeners?.restCount ?? 0),
            ports: UInt64((folded.ports?.restCount ?? 0) * states),
            namespaces: UInt64((folded.namespaces?.restCount ?? 0) * states))
    }
}
