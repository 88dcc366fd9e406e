// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import SocketStatistics

/// `node_netstat_*`: those that node_exporter exposes by default, and `Tcp_MaxConn`, which its dashboards ask for.
enum NodeNetstatFamilies {
    typealias Field = KernelStatistics.Field

    private static let icmp = ["InErrors", "InMsgs", "OutMsgs"]
    private static let octets = ["InOctets", "OutOctets"]
    private static let udp = ["InDatagrams", "InErrors", "NoPorts", "OutDatagrams", "RcvbufErrors", "SndbufErrors"]

    private static let all: [(MetricDescription, Field)] =
        fields(.snmp6, "Icmp6", icmp) + fields(.snmp, "Icmp", icmp)
        + fields(.snmp6, "Ip6", octets) + fields(.netstat, "IpExt", octets) + fields(.snmp, "Ip", ["Forwarding"])
        + fields(
            .netstat, "TcpExt",
            [
                "ListenDrops", "ListenOverflows", "SyncookiesFailed", "SyncookiesRecv", "SyncookiesSent", "TCPOFOQueue",
                "TCPRcvQDrop", "TCPSynRetrans", "TCPTimeouts",
            ])
        + fields(
            .snmp, "Tcp",
            [
                "ActiveOpens", "CurrEstab", "InErrs", "InSegs", "MaxConn", "OutRsts", "OutSegs", "PassiveOpens",
                "RetransSegs",
            ])
        + fields(.snmp6, "Udp6", udp) + fields(.snmp6, "UdpLite6", ["InErrors"])
        + fields(.snmp, "UdpLite", ["InErrors"]) + fields(.snmp, "Udp", udp)

    private static func fields(
        _ file: KernelStatistics.File, _ group: String, _ names: [String]
    ) -> [(MetricDescription, Field)] {
        names.map { name in
            (
                .node("netstat_\(group)_\(name)", kind: .untyped, help: "Statistic \(group)\(name)."),
                Field(file, group, name)
            )
        }
    }

    static let metadata = all.map(\.0)

    /// What they are made from.
    static let fields = Set(all.map(\.1))
    static let selection = KernelStatistics.Selection(fields)

    /// The families of the numbers that there are.
    static func families(of statistics: KernelStatistics) -> [MetricFamily] {
        all.compactMap { description, field in
            statistics[field].map { MetricFamily(description, MetricValue($0)) }
        }
    }
}

extension MetricDescription {
    /// A family of node_exporter whose name is put together in this module.
    ///
    /// - Precondition: `node_` and the name are a valid name.
    static func node(_ name: String, kind: Kind, help: String) -> MetricDescription {
        do {
            return try MetricDescription("node_" + name, kind: kind, help: help)
        } catch {
            preconditionFailure(error.description)
        }
    }
}
