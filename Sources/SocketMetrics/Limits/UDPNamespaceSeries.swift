// SPDX-License-Identifier: Apache-2.0

internal import SocketStatistics

/// UDP sockets by state, of both families.
struct UDPStateCounts: Hashable, Sendable {
    /// A state that was not counted has no entry.
    private(set) var states: [UDPState: UInt64] = [:]

    /// Adds up the families.
    init(_ groups: [UDPStatistics.Group: UInt64]) {
        for (group, sockets) in groups {
            states[group.state, default: 0] += sockets
        }
    }

    subscript(state: UDPState) -> UInt64? { states[state] }

    /// The sockets in all states.
    var total: UInt64 { states.values.reduce(0, +) }

    static func + (left: UDPStateCounts, right: UDPStateCounts) -> UDPStateCounts {
        var sum = left
        sum.states.merge(right.states, uniquingKeysWith: +)
        return sum
    }
}

/// The UDP sockets of a network namespace, or of several that are called the same.
struct UDPNamespaceSeries: Sendable {
    var sockets: UDPStateCounts
    /// Whose it is, of several the least.
    var standing: Standing

    var rank: NamespaceRank { NamespaceRank(standing: standing, sockets: sockets.total) }

    static func + (left: UDPNamespaceSeries, right: UDPNamespaceSeries) -> UDPNamespaceSeries {
        UDPNamespaceSeries(sockets: left.sockets + right.sockets, standing: min(left.standing, right.standing))
    }
}

extension UDPNamespaces {
    /// The other namespaces by what they are called. Those without a socket are among them where they have a name.
    ///
    /// - Parameter cgroups: what namespaces were called in the scan before, by their cookies; afterwards in this one.
    func series(_ names: NamespaceNames, _ cgroups: inout [UInt64: String]) -> [String: UDPNamespaceSeries] {
        let others = members.counts.filter { $0.key != own }
        let pairs = others.keys.map { ($0, identities[$0] ?? NamespaceIdentity()) }
        let known = Dictionary(uniqueKeysWithValues: pairs)
        let labels = names.labels(of: known, &cgroups)
        let series = others.compactMap { inode, groups -> (String, UDPNamespaceSeries)? in
            let series = UDPNamespaceSeries(
                sockets: UDPStateCounts(groups),
                standing: names.standing(of: inode, isOfTenant: known[inode]?.isOfTenant == true))
            guard let label = labels[inode], series.sockets.total > 0 || names.isNamed(inode) else { return nil }
            return (label, series)
        }
        return Dictionary(series, uniquingKeysWith: +)
    }
}
