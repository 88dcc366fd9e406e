// SPDX-License-Identifier: Apache-2.0

internal import CSocketWalk

extension TCPScan {
    init(_ walk: SocketWalk) {
        let own = walk.namespaces[SocketWalk.ownNamespace]
        self.init(
            source: .bpf,
            statistics: TCPStatistics(
                connections: own.connections,
                queueBytes: walk.queueBytes,
                timers: walk.timers,
                listeners: walk.listening.byEndpoint,
                ports: walk.ports,
                connectionTable: .init(
                    entries: walk.summary.table_entries, buckets: walk.summary.table_buckets,
                    longestChain: walk.summary.longest_chain)),
            duration: .zero,
            unknown: Unknown(families: walk.summary.unknown_families, states: own.unknownStates))
    }
}

extension NamespaceStatistics {
    init(_ walk: SocketWalk) {
        // One that has gone since has no number.
        let present = walk.namespaces.filter { $0.inode != 0 }.map { ($0.inode, Member(connections: $0.connections)) }
        self.init(
            own: walk.namespaces[SocketWalk.ownNamespace].inode,
            members: Dictionary(present) { $1 },
            others: walk.namespaces[SocketWalk.otherNamespaces].connections)
    }
}
