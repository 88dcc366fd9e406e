// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import SocketStatistics

/// Metric families of the kernel's limits: a pure function.
enum LimitsFamilies {
    private static let orphans = MetricDescription.gauge(
        "socket_tcp_orphan_sockets", help: "TCP sockets without a process, of all network namespaces.")
    private static let orphanLimit = MetricDescription.gauge(
        "socket_tcp_orphan_limit",
        help: """
            TCP sockets that may be without a process (tcp_max_orphans), of all network namespaces. The kernel resets \
            further ones, and some whose peer is silent from a quarter of the limit on.
            """)
    private static let timeWait = MetricDescription.gauge(
        "socket_tcp_time_wait_sockets",
        help: """
            TCP connections in TIME_WAIT by the kernel's own count, which includes those in FIN_WAIT2 without a process.
            """)
    private static let timeWaitLimit = MetricDescription.gauge(
        "socket_tcp_time_wait_limit",
        help: """
            TCP connections that may be in TIME_WAIT (tcp_max_tw_buckets). Further ones are closed without TIME_WAIT.
            """)
    private static let memory = MetricDescription.gauge(
        "socket_tcp_memory_bytes", unit: "bytes",
        help: "Memory of the TCP sockets of all network namespaces, as the kernel accounts for it in pages.")
    private static let memoryLimit = MetricDescription.gauge(
        "socket_tcp_memory_limit_bytes", unit: "bytes",
        help: """
            Levels of the memory of TCP sockets (tcp_mem). From pressure on, until it is below low, the kernel \
            restrains it; above high it refuses more.
            """)
    private static let ephemeralPorts = MetricDescription.gauge(
        "socket_tcp_ephemeral_ports",
        help: """
            Local ports that the kernel chooses from: ip_local_port_range less ip_local_reserved_ports.
            """)
    private static let conntrackEntries = MetricDescription.gauge(
        "socket_conntrack_entries", help: "Connections that netfilter tracks.")
    private static let conntrackLimit = MetricDescription.gauge(
        "socket_conntrack_limit",
        help: "Connections that netfilter may track (nf_conntrack_max). It drops packets that begin further ones.")
    private static let openSockets = MetricDescription.gauge(
        "socket_open_sockets",
        help: "Open sockets of all protocols in the network namespace, UNIX and netlink among them.")
    private static let openFiles = MetricDescription.gauge(
        "socket_open_files", help: "Open files of the whole host, sockets among them (file-nr).")
    private static let openFilesLimit = MetricDescription.gauge(
        "socket_open_files_limit",
        help: """
            Files that may be open on the whole host (file-max). Opening further ones fails with ENFILE without \
            CAP_SYS_ADMIN.
            """)

    /// The families that there may be.
    static let metadata = [
        orphans, orphanLimit, timeWait, timeWaitLimit, memory, memoryLimit, ephemeralPorts,
        conntrackEntries, conntrackLimit, openSockets, openFiles, openFilesLimit,
    ]

    /// The families of the limits that there are.
    static func families(_ limits: KernelLimits) -> [MetricFamily] {
        let families = [
            family(orphans, limits.orphanSockets), family(orphanLimit, limits.orphanLimit),
            family(timeWait, limits.timeWaitSockets), family(timeWaitLimit, limits.timeWaitLimit),
            family(memory, limits.tcpMemory), limits.tcpMemoryLimits.map(memoryLimits),
            family(ephemeralPorts, limits.ephemeralPorts),
            family(conntrackEntries, limits.conntrackEntries), family(conntrackLimit, limits.conntrackLimit),
            family(openSockets, limits.openSockets), family(openFiles, limits.openFiles),
            family(openFilesLimit, limits.openFilesLimit),
        ]
        return families.compactMap { $0 }
    }

    private static func family(_ description: MetricDescription, _ value: UInt64?) -> MetricFamily? {
        value.map { MetricFamily(description, MetricValue($0)) }
    }

    private static func memoryLimits(_ levels: KernelLimits.MemoryLevels) -> MetricFamily {
        let values = [("low", levels.low), ("pressure", levels.pressure), ("high", levels.high)]
        return MetricFamily(
            memoryLimit, samples: values.map { Sample(MetricValue($1), labels: ["level": $0]) })
    }
}
