// SPDX-License-Identifier: Apache-2.0

#if BPF
internal import CSocketWalk

extension TCPStatistics {
    init(_ walk: SocketWalk) {
        self.init(
            connections: walk.connections,
            queueBytes: walk.queueBytes,
            timers: walk.timers,
            listeners: walk.listeners,
            ports: walk.ports,
            connectionTable: .init(
                entries: walk.summary.table_entries, buckets: walk.summary.table_buckets,
                longestChain: walk.summary.longest_chain),
            requests: walk.own.requests,
            ephemeralPorts: walk.ephemeralPorts, cgroups: walk.cgroups, latency: walk.latency, idleness: walk.idleness)
    }
}

extension UnknownCounts {
    init(_ walk: SocketWalk) {
        self.init(families: walk.summary.unknown_families, states: walk.own.unknownStates)
    }
}

extension SocketWalk {
    fileprivate var listeners: [Endpoint: Listener]? {
        guard case .success(let sockets) = listening else { return nil }
        return sockets.byEndpoint
    }

    /// Why the listeners are missing; nil where they are not.
    var listenerFailure: SourceError? {
        guard case .failure(let error) = listening else { return nil }
        return error
    }

    /// The own namespace's sockets. The listeners come from their list, which is whole where the walk's is not.
    fileprivate var connections: [TCPStatistics.Group: UInt64] {
        var connections = own.connections
        for family in AddressFamily.allCases {
            connections[.init(family, .listen)] = listeners.map { listeners in
                listeners.reduce(0) { $0 + ($1.key.address.family == family ? $1.value.sockets : 0) }
            }
        }
        return connections
    }
}

extension SocketWalk {
    /// The inode numbers of the namespaces that were not counted; nil where there may be others.
    fileprivate var uncountedNamespaces: Set<UInt32>? {
        let incomplete = foreign.filter(\.isIncomplete)
        let areAllKnown =
            summary.lost_listener_chains == 0 && summary.host_tables_are_walked
            && others.connections.values.allSatisfy { $0 == 0 }
        return areAllKnown ? Set(incomplete.map(\.inode)) : nil
    }
}

extension NamespaceStatistics {
    /// Nil where most namespaces could not be counted.
    init?(_ walk: SocketWalk) {
        guard !walk.summary.shared_table_is_incomplete else { return nil }
        let hasListeners = walk.summary.lost_listener_chains == 0
        let present = walk.foreign.filter { !$0.isIncomplete }.map { namespace in
            let connections = namespace.connections.filter { hasListeners || $0.key.state != .listen }
            let member = Member(
                connections: connections, listeners: hasListeners ? namespace.listeners : nil,
                cookie: namespace.cookie, cgroup: namespace.cgroup, isOfTenant: namespace.isOfTenant)
            return (namespace.inode, member)
        }
        // Of two with one number, the first has gone.
        var members = Dictionary(present) { $1 }.filter { $0.value.total > 0 }
        members[walk.own.inode] = Member(
            connections: walk.connections, listeners: walk.listeners, cookie: walk.own.cookie,
            cgroup: walk.own.cgroup)
        let isWhole = walk.summary.uncounted_tables == 0 && hasListeners
        let others = isWhole ? Member(connections: walk.others.connections, isOfTenant: true) : nil
        self.init(
            own: walk.own.inode,
            // How many namespaces the others are is not known.
            members: Breakdown(members, others: others, otherKeys: others.map { $0.total > 0 } == true ? 1 : 0),
            uncounted: walk.uncountedNamespaces)
    }
}
#endif
