// SPDX-License-Identifier: Apache-2.0

internal import Exposition
package import SocketStatistics

/// TCP sockets by cgroup, and what the cgroups' paths say.
enum CgroupFamilies: TCPFamilies {
    static let connections = MetricDescription.gauge(
        "socket_cgroup_tcp_connections",
        help: """
            TCP sockets by the cgroup that they were opened in and by state. A cgroup is called by its path from the root \
            of the unified hierarchy, or cgroup:[NUMBER] where that is not known. Cgroups with the same path are added up, \
            such as one that was removed and one that was made in its place. Sockets in TIME_WAIT and connection requests \
            have none.
            """)
    private static let info = MetricDescription.info(
        "socket_cgroup_info",
        help: """
            What a cgroup's path says: the systemd unit, the unit of a user's service manager, the container and the pod, \
            each empty where the path has none. Below a unit whose cgroups are delegated, whoever makes them chooses their \
            names.
            """)

    static var metadata: [MetricDescription] { [connections, info] }

    static func families(of metrics: TCPMetrics) -> [MetricFamily] {
        guard let cgroups = metrics.folded.cgroups, let none = metrics.statistics.cgroups?.none else { return [] }
        let rest = cgroups.rest.map { [(otherLabel, $0)] } ?? []
        let rows = cgroups.kept.map { ($0.key, $0.value) } + rest + [(noneLabel, none)]
        return [
            MetricFamily(connections, samples: rows.flatMap { Sample.byState($1, ("cgroup", $0)) }),
            MetricFamily(info, samples: cgroups.kept.compactMap { information($0.key) }),
        ]
    }

    /// Nil for one whose path is not known.
    private static func information(_ label: String) -> Sample? {
        guard label.utf8.first == UInt8(ascii: "/") else { return nil }
        let name = CgroupName(path: label)
        return Sample(
            1,
            labels: [
                "cgroup": label, "unit": name.unit ?? "", "user_unit": name.userUnit ?? "",
                "container": name.container ?? "", "pod": name.pod ?? "",
            ])
    }
}

extension CgroupStatistics {
    /// The sockets by what the cgroups are called.
    package var byLabel: [String: StateCounts] {
        let pairs = members.counts.map { (paths[$0.key] ?? "cgroup:[\($0.key)]", $0.value) }
        return Dictionary(pairs, uniquingKeysWith: +)
    }
}
