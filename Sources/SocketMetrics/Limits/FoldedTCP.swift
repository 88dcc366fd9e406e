// SPDX-License-Identifier: Apache-2.0

internal import SocketStatistics

/// The parts of a scan that there may be many of, within their limits. Nil where they were not counted.
struct FoldedTCP: Sendable {
    /// Those of the own namespace and of the others.
    var listeners: Folded<ListenerKey, ListenerSeries>?
    var ports: Folded<UInt16, StateCounts>?
    /// The other namespaces, by name.
    var namespaces: Folded<String, NamespaceSeries>?
    var ownNamespace: StateCounts?
    /// By what they are called.
    var cgroups: Folded<String, StateCounts>?
    /// By the label of the port: those that have series of their own, the others, and what is on no port with a listener.
    var latency: [(port: String, value: TCPLatency)]?
    var idleness: [(port: String, value: TCPIdleness)]?

    init(
        _ statistics: TCPStatistics, names: NamespaceNames, limits: SeriesLimits, history: inout SeriesHistory
    ) {
        ports = statistics.ports.map { Self.fold($0, limits[.ports], &history) }
        cgroups = statistics.cgroups.map { Self.fold($0, limits[.cgroups], &history) }
        if let ports {
            latency = statistics.latency.map { Self.rows($0, like: ports, sum: +) }
            idleness = statistics.idleness.map { Self.rows($0, like: ports, sum: +) }
        }
        let others = statistics.namespaces?.series(names, &history.namespaceCgroups)
        if let others, let statistics = statistics.namespaces {
            namespaces = Self.fold(others, statistics, limits[.namespaces], &history)
            ownNamespace = statistics.members[statistics.own].map { StateCounts(of: $0.connections) }
        }
        listeners = statistics.listeners.map { own in
            let isWhole = statistics.namespaces?.uncounted?.isEmpty == true
            let series = Self.listeners(own, others ?? [:], isWhole: isWhole, &history)
            return Folded(
                series, limit: limits[.listeners], members: &history.listeners, rank: { ListenerRank($0) },
                outranks: ListenerRank.outranks, sum: +)
        }
    }

    /// How many of each dimension were folded.
    var restCounts: [SeriesDimension: Int] {
        [
            .listeners: listeners?.restCount ?? 0, .ports: ports?.restCount ?? 0,
            .namespaces: namespaces?.restCount ?? 0, .cgroups: cgroups?.restCount ?? 0,
        ]
    }

    private static func fold(
        _ ports: Breakdown<UInt16, StateCounts>, _ limit: Int, _ history: inout SeriesHistory
    ) -> Folded<UInt16, StateCounts> {
        var folded = Folded(
            ports.counts, limit: limit, members: &history.ports, rank: { $0.total }, outranks: Membership.outranks,
            sum: +)
        folded.addToRest(ports.others, count: ports.otherKeys, sum: +)
        return folded
    }

    private static func fold(
        _ cgroups: CgroupStatistics, _ limit: Int, _ history: inout SeriesHistory
    ) -> Folded<String, StateCounts> {
        var folded = Folded(
            cgroups.byLabel, limit: limit, members: &history.cgroups, rank: { $0.total },
            outranks: Membership.outranks, sum: +)
        folded.addToRest(cgroups.members.others, count: cgroups.members.otherKeys, sum: +)
        return folded
    }

    /// The ports that have series of their own, and the rest, as where connections are counted by port.
    private static func rows<Counts>(
        _ breakdown: PortBreakdown<Counts>, like ports: Folded<UInt16, StateCounts>, sum: (Counts, Counts) -> Counts
    ) -> [(port: String, value: Counts)] {
        let kept = Set(ports.kept.map(\.key))
        var folded = Folded(breakdown.listening.counts, keeping: kept, sum: sum)
        folded.addToRest(breakdown.listening.others, count: breakdown.listening.otherKeys, sum: sum)
        let rest = folded.rest.map { [(port: otherLabel, value: $0)] } ?? []
        return folded.kept.map { (port: "\($0.key)", value: $0.value) } + rest
            + [(port: noneLabel, value: breakdown.unlistened)]
    }

    private static func fold(
        _ others: [String: NamespaceSeries], _ statistics: NamespaceStatistics, _ limit: Int,
        _ history: inout SeriesHistory
    ) -> Folded<String, NamespaceSeries> {
        var folded = Folded(
            others, limit: limit, members: &history.namespaces, rank: { NamespaceRank($0) },
            outranks: NamespaceRank.outranks, sum: +)
        let beyond = statistics.members.others.map { member in
            NamespaceSeries(states: StateCounts(of: member.connections), listeners: nil, standing: .tenant)
        }
        folded.addToRest(beyond, count: statistics.members.otherKeys, sum: +)
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
}
