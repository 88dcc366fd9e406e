// SPDX-License-Identifier: Apache-2.0

internal import SocketStatistics

/// What is kept of UDP sockets from one scrape to the next.
struct UDPHistory: Sendable {
    /// Drops by port. At most as many ports are remembered after they are gone.
    var drops = MonotonicTotals<UDPStatistics.Port>(limit: 10_000)
    /// The ports with series of their own.
    var members: Set<UDPStatistics.Port> = []
    /// The ports that were bound in the last scan.
    var bound = UDPPortSet()
    /// The namespaces with series of their own.
    var namespaces: Set<String> = []
    /// The cgroup that each namespace is called by, by the namespace's cookie.
    var namespaceCgroups: [UInt64: String] = [:]
}

/// The parts of a scan of UDP sockets that there may be many of, within their limits. Nil where they were not counted.
struct FoldedUDP: Sendable {
    typealias Drops = MonotonicTotals<UDPStatistics.Port>.Total

    /// Without a rest: it would fall when one of its ports gets a series of its own.
    var ports: Folded<UDPStatistics.Port, Drops>?
    /// The other namespaces, by name.
    var namespaces: Folded<String, UDPNamespaceSeries>?
    var ownNamespace: UDPStateCounts?

    init(_ statistics: UDPStatistics, names: NamespaceNames, limits: SeriesLimits, history: inout UDPHistory) {
        ports = statistics.drops.map { Self.fold($0, limits[.udpPorts], &history) }
        if let statistics = statistics.namespaces {
            namespaces = Self.fold(statistics, names, limits[.udpNamespaces], &history)
            ownNamespace = statistics.members[statistics.own].map { UDPStateCounts($0) }
        }
    }

    /// How many of each dimension were folded.
    var restCounts: [SeriesDimension: Int] {
        [.udpPorts: ports?.restCount ?? 0, .udpNamespaces: namespaces?.restCount ?? 0]
    }

    /// Keeps the ports whose sockets drop datagrams, and beside them those that stay bound.
    ///
    /// A port without drops has a series after it was bound in the scan before too, so that its first drop is an increase.
    /// Clients take another port for each question, and would get series that come and go.
    private static func fold(
        _ drops: [UDPStatistics.Port: UInt64], _ limit: Int, _ history: inout UDPHistory
    ) -> Folded<UDPStatistics.Port, Drops> {
        let totals = history.drops.add(drops)
        let bound = UDPPortSet(drops.keys)
        let lasting = bound.intersection(history.bound)
        history.bound = bound
        var candidates = totals
        var quiet = 0
        lasting.forEach { port in
            guard totals[port] == nil else { return }
            // The others are equal to these, and come after them.
            if quiet < limit || history.members.contains(port) {
                candidates[port] = Drops()
            }
            quiet += 1
        }
        var folded = Folded(
            candidates, limit: limit, members: &history.members, rank: { DropsRank($0) },
            outranks: DropsRank.outranks, sum: { one, _ in one })
        folded.rest = nil
        folded.restCount = totals.count + quiet - folded.kept.count
        return folded
    }

    private static func fold(
        _ statistics: UDPNamespaces, _ names: NamespaceNames, _ limit: Int, _ history: inout UDPHistory
    ) -> Folded<String, UDPNamespaceSeries> {
        var folded = Folded(
            statistics.series(names, &history.namespaceCgroups), limit: limit, members: &history.namespaces,
            rank: { $0.rank }, outranks: NamespaceRank.outranks, sum: +)
        let beyond = statistics.members.others.map {
            UDPNamespaceSeries(sockets: UDPStateCounts($0), standing: .tenant)
        }
        folded.addToRest(beyond, count: statistics.members.otherKeys, sum: +)
        return folded
    }
}

/// Which port gets a series of its own before another: those that dropped something since the scan before; then by all
/// drops.
struct DropsRank: Comparable {
    private let isDropping: Bool
    private let drops: UInt64

    init(_ drops: FoldedUDP.Drops) {
        isDropping = drops.increase > 0
        self.drops = drops.value
    }

    static func < (left: DropsRank, right: DropsRank) -> Bool {
        left.isDropping == right.isDropping ? left.drops < right.drops : right.isDropping
    }

    /// Whether a port without a series takes that of one that has it: at once where it alone drops datagrams, and otherwise
    /// with clearly more drops.
    static func outranks(_ outsider: DropsRank, _ member: DropsRank) -> Bool {
        guard outsider.isDropping == member.isDropping else { return outsider.isDropping }
        return Membership.outranks(outsider.drops, member.drops)
    }
}
