// SPDX-License-Identifier: Apache-2.0

internal import SocketStatistics

/// The parts of a scan that may be many, within their limits. Nil is what the scan does not tell.
struct FoldedTCP: Sendable {
    typealias States = [TCPState: UInt64]

    var listeners: Folded<Endpoint, Listener>?
    var ports: Folded<UInt16, States>?
    /// The other namespaces, by name.
    var namespaces: Folded<String, States>?
    var ownNamespace: States?

    init(_ statistics: TCPStatistics, names: NamespaceNames, limits: SeriesLimits) {
        listeners = statistics.listeners.map { listeners in
            // Those in trouble come first.
            Folded(listeners, limit: limits.listeners, rank: { ListenerRank($0) }, sum: +)
        }
        ports = statistics.ports.map { ports in
            var folded = Folded(
                ports.connections, limit: limits.ports, rank: { $0.values.reduce(0, +) }, sum: Self.sum)
            folded.addToRest(ports.others, count: ports.otherPorts, sum: Self.sum)
            return folded
        }
        guard let statistics = statistics.namespaces else { return }
        let others = statistics.members.filter { $0.key != statistics.own }.map { inode, member in
            (key: names.label(of: inode), value: Self.byState(member.connections))
        }
        var folded = Folded(others, limit: limits.namespaces, rank: { $0.values.reduce(0, +) }, sum: Self.sum)
        let untold = Self.byState(statistics.others ?? [:])
        // How many namespaces these are is not known.
        folded.addToRest(untold, count: untold.values.contains { $0 > 0 } ? 1 : 0, sum: Self.sum)
        namespaces = folded
        ownNamespace = statistics.members[statistics.own].map { Self.byState($0.connections) }
    }

    private static func sum(_ left: States, _ right: States) -> States {
        left.merging(right, uniquingKeysWith: +)
    }

    private static func byState(_ connections: [TCPStatistics.Group: UInt64]) -> States {
        Dictionary(connections.map { ($0.key.state, $0.value) }, uniquingKeysWith: +)
    }
}

/// By drops, then by backlog.
private struct ListenerRank: Comparable {
    let drops: UInt64
    let backlog: UInt64

    init(_ listener: Listener) {
        drops = listener.drops
        backlog = listener.backlog
    }

    static func < (left: ListenerRank, right: ListenerRank) -> Bool {
        (left.drops, left.backlog) < (right.drops, right.backlog)
    }
}

extension NamespaceNames {
    /// Words that stand for something else.
    private static let reserved: Set = ["self", "other"]

    func label(of inode: UInt32) -> String {
        guard let name = names[inode], !Self.reserved.contains(name), !name.hasPrefix("net:[") else {
            return "net:[\(inode)]"
        }
        return name
    }
}
