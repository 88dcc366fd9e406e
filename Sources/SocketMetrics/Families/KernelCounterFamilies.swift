// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import SocketStatistics

/// The kernel's own counters that tell of trouble, and those that these are compared with: a pure function.
enum KernelCounterFamilies {
    typealias Field = KernelStatistics.Field

    /// Counters of TCP, which count both families together.
    private static let tcp: [(MetricDescription, Field)] = [
        (
            .counter(
                "socket_tcp_listen_overflows_total",
                help: """
                    Attempts to connect that listening TCP sockets dropped because their accept queue was full (TcpExt \
                    ListenOverflows).
                    """), Field(.netstat, "TcpExt", "ListenOverflows")
        ),
        (
            .counter(
                "socket_tcp_listen_drops_total",
                help: """
                    Attempts to connect that listening TCP sockets dropped for any reason, a full accept queue included \
                    (TcpExt ListenDrops).
                    """), Field(.netstat, "TcpExt", "ListenDrops")
        ),
        (
            .counter(
                "socket_tcp_syn_cookies_sent_total",
                help: """
                    SYN cookies sent, as listening TCP sockets do when their queue of connection requests is full (TcpExt \
                    SyncookiesSent).
                    """), Field(.netstat, "TcpExt", "SyncookiesSent")
        ),
        (
            .counter(
                "socket_tcp_sent_segments_total",
                help: "TCP segments sent, without those that only retransmit (Tcp OutSegs)."),
            Field(.snmp, "Tcp", "OutSegs")
        ),
        (
            .counter(
                "socket_tcp_received_segments_total",
                help: "TCP segments received, including those with errors (Tcp InSegs)."),
            Field(.snmp, "Tcp", "InSegs")
        ),
        (
            .counter(
                "socket_tcp_retransmitted_segments_total", help: "TCP segments retransmitted (Tcp RetransSegs)."),
            Field(.snmp, "Tcp", "RetransSegs")
        ),
        (
            .counter(
                "socket_tcp_timeouts_total",
                help: "Expirations of the retransmission timer of TCP connections (TcpExt TCPTimeouts)."),
            Field(.netstat, "TcpExt", "TCPTimeouts")
        ),
        (
            .counter(
                "socket_tcp_syn_retransmits_total",
                help: "TCP segments with the flag SYN retransmitted, of either side (TcpExt TCPSynRetrans)."),
            Field(.netstat, "TcpExt", "TCPSynRetrans")
        ),
        (
            .counter(
                "socket_tcp_aborts_on_memory_total",
                help: """
                    TCP connections aborted because there were too many orphans or TCP used too much memory (TcpExt \
                    TCPAbortOnMemory).
                    """), Field(.netstat, "TcpExt", "TCPAbortOnMemory")
        ),
        (
            .counter("socket_tcp_resets_sent_total", help: "TCP segments with the flag RST sent (Tcp OutRsts)."),
            Field(.snmp, "Tcp", "OutRsts")
        ),
        (
            .counter(
                "socket_tcp_attempt_fails_total",
                help: "TCP connections that failed while they were opened, by either side (Tcp AttemptFails)."),
            Field(.snmp, "Tcp", "AttemptFails")
        ),
        (
            .counter(
                "socket_tcp_active_opens_total", help: "TCP connections that were opened from here (Tcp ActiveOpens)."),
            Field(.snmp, "Tcp", "ActiveOpens")
        ),
        (
            .counter(
                "socket_tcp_passive_opens_total",
                help: "TCP connections that peers opened to listening sockets here (Tcp PassiveOpens)."),
            Field(.snmp, "Tcp", "PassiveOpens")
        ),
    ]

    /// Counters of UDP, by their names in both families, which are added up.
    private static let udp: [(MetricDescription, String)] = [
        (
            .counter(
                "socket_udp_receive_buffer_errors_total",
                help: """
                    UDP datagrams dropped because the receive buffer of their socket was full, IPv4 and IPv6 (Udp and Udp6 \
                    RcvbufErrors).
                    """), "RcvbufErrors"
        ),
        (
            .counter(
                "socket_udp_no_ports_total",
                help: "UDP datagrams received for a port without a socket, IPv4 and IPv6 (Udp and Udp6 NoPorts)."),
            "NoPorts"
        ),
    ]

    static let metadata = tcp.map(\.0) + udp.map(\.0)

    /// What they are made from.
    static let fields = Set(tcp.map(\.1) + udp.flatMap { [udp($0.1), udp6($0.1)] })

    /// The families of the numbers that there are.
    static func families(of statistics: KernelStatistics) -> [MetricFamily] {
        let values = tcp.map { ($0, statistics[$1]) } + udp.map { ($0, sum(statistics, $1)) }
        return values.compactMap { description, value in value.map { MetricFamily(description, MetricValue($0)) } }
    }

    /// The sum over both families; nil where one of them is missing, since a counter must not fall.
    private static func sum(_ statistics: KernelStatistics, _ name: String) -> Int128? {
        guard let ipv4 = statistics[udp(name)] else { return nil }
        guard statistics.hasIPv6 else { return ipv4 }
        return statistics[udp6(name)].map { ipv4 + $0 }
    }

    private static func udp(_ name: String) -> Field { Field(.snmp, "Udp", name) }
    private static func udp6(_ name: String) -> Field { Field(.snmp6, "Udp6", name) }
}
