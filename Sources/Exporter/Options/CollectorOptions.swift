// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Logging

/// Which collectors are asked: a flag for each, called as the collector.
struct CollectorOptions: ParsableArguments {
    @Flag(
        name: .customLong("collector.tcp"), inversion: .prefixedNo,
        help: "TCP sockets: states, listeners, ports, network namespaces. (default: enabled)")
    var tcp: Bool?

    @Flag(
        name: .customLong("collector.udp"), inversion: .prefixedNo,
        help: "UDP sockets: states, queues, drops by port, network namespaces. (default: enabled)")
    var udp: Bool?

    @Flag(
        name: .customLong("collector.sockstat"), inversion: .prefixedNo,
        help: "The scan of TCP sockets compared with /proc/net/sockstat. (default: enabled)")
    var sockstat: Bool?

    @Flag(
        name: .customLong("collector.unix"), inversion: .prefixedNo,
        help: "UNIX sockets: kinds, states, listeners, over netlink. (default: enabled)")
    var unix: Bool?

    @Flag(
        name: .customLong("collector.limits"), inversion: .prefixedNo,
        help: """
            Kernel limits: orphans, TIME_WAIT, memory, ephemeral ports, conntrack, open files. (default: enabled)
            """)
    var limits: Bool?

    @Flag(
        name: .customLong("collector.netstat"), inversion: .prefixedNo,
        help: "The kernel's counters that tell of trouble, from /proc/net/netstat, snmp and snmp6. (default: enabled)")
    var netstat: Bool?

    @Flag(
        name: .customLong("collector.node-names"), inversion: .prefixedNo,
        help: """
            Numbers of sockets under the names of node_exporter too, for its dashboards. Where node_exporter runs on the \
            same host, sums over instances count them twice. (default: disabled)
            """)
    var nodeNames: Bool?

    @Flag(name: .customLong("collector.disable-defaults"), help: "Disable all collectors that no flag enables.")
    var disableDefaults = false

    /// Whether a collector that is enabled by default is asked.
    func isEnabled(_ flag: KeyPath<CollectorOptions, Bool?>) -> Bool {
        self[keyPath: flag] ?? !disableDefaults
    }

    /// Whether names of node_exporter are given.
    var hasNodeNames: Bool { nodeNames ?? false }

    /// Says so where names of node_exporter are missing for want of a collector.
    func warnOfMissingScans(_ logger: Logger) {
        guard hasNodeNames else { return }
        for (collector, flag, metric) in [
            ("tcp", \CollectorOptions.tcp, "node_tcp_connection_states"), ("udp", \.udp, "node_udp_queues"),
        ] where !isEnabled(flag) {
            logger.warning(
                "A metric of node-names is missing: its collector is disabled",
                metadata: ["metric": "\(metric)", "collector": "\(collector)"])
        }
    }
}
