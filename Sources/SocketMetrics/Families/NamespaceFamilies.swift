// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import SocketStatistics

/// TCP sockets of all network namespaces.
enum NamespaceFamilies: TCPFamilies {
    static let connections = MetricDescription.gauge(
        "socket_netns_tcp_connections",
        help: """
            TCP sockets by network namespace and state. A namespace is called by its name under /run/netns, else \
            by the path of the cgroup of its sockets or of a process in it, unless that is the root, else \
            net:[INODE]@COOKIE, or net:[INODE] where the kernel tells no cookie. Namespaces that are called the \
            same are added up; self is the exporter's own.
            """)

    static var metadata: [MetricDescription] { [connections] }

    static func families(of metrics: TCPMetrics) -> [MetricFamily] {
        guard let namespaces = metrics.folded.namespaces else { return [] }
        let own = metrics.folded.ownNamespace.map { [("self", $0)] } ?? []
        let rest = namespaces.rest.map { [(otherLabel, $0.states)] } ?? []
        let rows = own + namespaces.kept.map { ($0.key, $0.value.states) } + rest
        return [MetricFamily(connections, samples: rows.flatMap { Sample.byState($1, ("netns", $0)) })]
    }
}
