// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import SocketStatistics

/// `node_sockstat_*`: the kernel's own sums of sockets.
enum NodeSockstatFamilies {
    typealias Field = KernelStatistics.Field

    private static let used = (
        MetricDescription.node("sockstat_sockets_used", kind: .gauge, help: "Number of IPv4 sockets in use."),
        Field(.sockstat, "sockets", "used")
    )

    private static let sums: [(MetricDescription, Field)] =
        sums(.sockstat6, "FRAG6", ["inuse", "memory"])
        + sums(.sockstat, "FRAG", ["inuse", "memory"]) + sums(.sockstat6, "RAW6", ["inuse"])
        + sums(.sockstat, "RAW", ["inuse"]) + sums(.sockstat6, "TCP6", ["inuse"])
        + sums(.sockstat, "TCP", ["alloc", "inuse", "mem", "orphan", "tw"]) + sums(.sockstat6, "UDP6", ["inuse"])
        + sums(.sockstat6, "UDPLITE6", ["inuse"]) + sums(.sockstat, "UDPLITE", ["inuse"])
        + sums(.sockstat, "UDP", ["inuse", "mem"]) + [used]

    /// The memory of a protocol in bytes, by its number of pages.
    private static let memory: [(MetricDescription, Field)] = ["TCP", "UDP"].map { group in
        (description(group, "mem_bytes"), Field(.sockstat, group, "mem"))
    }

    private static func sums(
        _ file: KernelStatistics.File, _ group: String, _ names: [String]
    ) -> [(MetricDescription, Field)] {
        names.map { (description(group, $0), Field(file, group, $0)) }
    }

    private static func description(_ group: String, _ name: String) -> MetricDescription {
        .node("sockstat_\(group)_\(name)", kind: .gauge, help: "Number of \(group) sockets in state \(name).")
    }

    static let metadata = (sums + memory).map(\.0).sorted { $0.name < $1.name }

    /// What they are made from.
    static let selection = KernelStatistics.Selection(Set(sums.map(\.1)))

    /// The families of the numbers that there are.
    static func families(of statistics: KernelStatistics) -> [MetricFamily] {
        let families =
            sums.compactMap { description, field in
                statistics[field].map { MetricFamily(description, MetricValue($0)) }
            }
            + memory.compactMap { description, field in
                statistics[field].map { MetricFamily(description, MetricValue($0 * Int128(statistics.pageSize))) }
            }
        return families.sorted { $0.metadata.name < $1.metadata.name }
    }
}
