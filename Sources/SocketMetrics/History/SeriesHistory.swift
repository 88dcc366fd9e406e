// SPDX-License-Identifier: Apache-2.0

/// What ``TCPMetrics`` keep from one scrape to the next: totals that never fall, and which ports, listeners, network
/// namespaces and cgroups have series of their own.
///
/// Keep one for each exposition, and pass it to each scrape's metrics, one scrape after the other. Its memory has a
/// bound: the members within the ``SeriesLimits``, the network namespaces of the last scan, its listeners that have
/// dropped anything, and 10,000 listeners that have gone. When more have gone, those that went first are forgotten:
/// should such a listener come back, its counter begins again, which Prometheus treats as a restart.
public struct SeriesHistory: Sendable {
    /// Drops by listener.
    var drops = MonotonicTotals<ListenerKey>(limit: 10_000)
    var ports: Set<UInt16> = []
    var listeners: Set<ListenerKey> = []
    var namespaces: Set<String> = []
    var cgroups: Set<String> = []
    /// The cgroup that each namespace is called by, by the namespace's cookie: its sockets may be in several.
    var namespaceCgroups: [UInt64: String] = [:]

    /// Creates a history of nothing, for the first scrape.
    public init() {}
}
