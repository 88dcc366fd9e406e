// SPDX-License-Identifier: Apache-2.0

internal import SocketStatistics

/// The parts of a scan that may be many, within their limits. Nil is what the scan does not tell.
struct FoldedTCP: Sendable {
    typealias States = [TCPState: UInt64]

    /// Those of the own namespace and of the others.
    var listeners: Folded<ListenerKey, ListenerSeries>?
    var ports: Folded<UInt16, States>?
    /// The other namespaces, by what they are called.
    var namespaces: Folded<String, NamespaceSeries>?
    var ownNamespace: States?

    init(
        _ statistics: TCPStatistics, names: NamespaceNames, limits: SeriesLimits, history: inout SeriesHistory
    ) {
        ports = statistics.ports.map { Self.fold($0, limits, &history) }
        let others = statistics.namespaces?.series(names, &history.namespaceCgroups)
        if let others, let statistics = statistics.namespaces {
            namespaces = Self.fold(others, statistics, limits, &history)
            ownNamespace = statistics.members[statistics.own]?.states
        }
        listeners = statistics.listeners.map { own in
            let isWhole = statistics.namespaces?.uncounted?.isEmpty == true
            let series = Self.listeners(own, others ?? [:], isWhole: isWhole, &history)
            return Folded(
                series, limit: limits.listeners, members: &history.listeners, rank: { ListenerRank($0) },
                outranks: ListenerRank.outranks, sum: +)
        }
    }

    private static func fold(
        _ ports: PortStatistics, _ limits: SeriesLimits, _ history: inout SeriesHistory
    ) -> Folded<UInt16, States> {
        var folded = Folded(
            ports.connections, limit: limits.ports, members: &history.ports, rank: { $0.values.reduce(0, +) },
            outranks: Membership.outranks, sum: sum)
        folded.addToRest(ports.others, count: ports.otherPorts, sum: sum)
        return folded
    }

    private static func fold(
        _ others: [String: NamespaceSeries], _ statistics: NamespaceStatistics, _ limits: SeriesLimits,
        _ history: inout SeriesHistory
    ) -> Folded<String, NamespaceSeries> {
        var folded = Folded(
            others, limit: limits.namespaces, members: &history.namespaces,
            rank: { NamespaceRank($0) }, outranks: NamespaceRank.outranks, sum: +)
        guard let untold = statistics.others.map(byState) else {
            // What the rest would be the sum of was not counted whole.
            folded.rest = nil
            return folded
        }
        // How many namespaces these are is not known.
        let count = untold.values.contains { $0 > 0 } ? 1 : 0
        folded.addToRest(NamespaceSeries(states: untold, listeners: nil, standing: .tenant), count: count, sum: +)
        return folded
    }

    /// All listeners with their drops.
    private static func listeners(
        _ own: [Endpoint: Listener], _ others: [String: NamespaceSeries], isWhole: Bool,
        _ history: inout SeriesHistory
    ) -> [ListenerKey: ListenerSeries] {
        let pairs =
            own.map { (ListenerKey($0.key), ListenerSeries(listener: $0.value)) }
            + others.flatMap { name, series in
                (series.listeners ?? [:]).map { endpoint, listener in
                    (ListenerKey(endpoint, in: name), ListenerSeries(listener: listener, standing: series.standing))
                }
            }
        var all = Dictionary(pairs, uniquingKeysWith: +)
        let totals = history.drops.add(all.mapValues(\.listener.drops)) { key in
            guard let name = key.namespace else { return true }
            // A namespace that is not there has gone, unless it may be among those that were not counted.
            return others[name].map { $0.listeners != nil } ?? isWhole
        }
        for (key, total) in totals {
            all[key]?.drops = total
        }
        return all
    }

    /// States that were not counted in both are not known.
    static func sum(_ left: States, _ right: States) -> States {
        left.filter { right[$0.key] != nil }.merging(right.filter { left[$0.key] != nil }, uniquingKeysWith: +)
    }

    static func byState(_ connections: [TCPStatistics.Group: UInt64]) -> States {
        Dictionary(connections.map { ($0.key.state, $0.value) }, uniquingKeysWith: +)
    }
}
