// SPDX-License-Identifier: Apache-2.0

internal import SocketStatistics

/// A network namespace as its series tell of it, or several that are called the same.
struct NamespaceSeries: Sendable {
    /// Sockets by state, for the states that were counted in each of them.
    var states: StateCounts
    /// Nil where they were not counted in each of them.
    var listeners: [Endpoint: Listener]?
    /// Whose it is, of several the least.
    var standing: Standing

    static func + (left: NamespaceSeries, right: NamespaceSeries) -> NamespaceSeries {
        let listeners = left.listeners.flatMap { left in right.listeners.map { left.merging($0, uniquingKeysWith: +) } }
        return NamespaceSeries(
            states: left.states + right.states, listeners: listeners,
            standing: min(left.standing, right.standing))
    }
}

/// Which namespace has series of its own before another: by standing, then by sockets.
struct NamespaceRank: Comparable {
    private let standing: Standing
    private let sockets: UInt64

    init(standing: Standing, sockets: UInt64) {
        self.standing = standing
        self.sockets = sockets
    }

    init(_ series: NamespaceSeries) {
        self.init(standing: series.standing, sockets: series.states.total)
    }

    static func < (left: NamespaceRank, right: NamespaceRank) -> Bool {
        (left.standing, left.sockets) < (right.standing, right.sockets)
    }

    /// Whether a namespace without series takes those of one that has them.
    static func outranks(_ outsider: NamespaceRank, _ member: NamespaceRank) -> Bool {
        guard outsider.standing == member.standing else { return outsider.standing > member.standing }
        return Membership.outranks(outsider.sockets, member.sockets)
    }
}

extension NamespaceStatistics {
    /// The other namespaces by what they are called. Those without a socket are among them where they have a name.
    ///
    /// - Parameter cgroups: what namespaces were called in the scan before, by their cookies; afterwards in this one.
    func series(_ names: NamespaceNames, _ cgroups: inout [UInt64: String]) -> [String: NamespaceSeries] {
        let others = members.counts.filter { $0.key != own }
        let labels = names.labels(of: others.mapValues(\.identity), &cgroups)
        let counted = others.filter { $0.value.total > 0 || names.isNamed($0.key) }
        let pairs = counted.compactMap { inode, member in
            let standing = names.standing(of: inode, isOfTenant: member.isOfTenant)
            return labels[inode].map { label in
                (
                    label,
                    NamespaceSeries(
                        states: StateCounts(of: member.connections), listeners: member.listeners, standing: standing)
                )
            }
        }
        return Dictionary(pairs + emptyNamed(names), uniquingKeysWith: +)
    }

    /// Those that have a name and no socket.
    private func emptyNamed(_ names: NamespaceNames) -> [(String, NamespaceSeries)] {
        guard let uncounted else { return [] }
        let states = members[own].map { StateCounts(of: $0.connections.mapValues { _ in 0 }) } ?? [:]
        return names.names.keys.filter { $0 != own && members[$0] == nil && !uncounted.contains($0) }.compactMap {
            inode in
            names.name(of: inode).map { ($0, NamespaceSeries(states: states, listeners: [:], standing: .named)) }
        }
    }
}
