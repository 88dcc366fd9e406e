// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import SocketStatistics

/// The kernel's own counters that tell of trouble, and those that these are compared with: a pure function.
///
/// HELP ends with the name that the kernel gives to the counter.
enum KernelCounterFamilies {
    typealias Field = KernelStatistics.Field

    /// A counter, and the field or fields whose sum it is.
    private struct Counter {
        var metadata: MetricDescription
        var field: Field
        /// The field of IPv6, where the other one counts IPv4 alone.
        var ipv6: Field?

        func value(_ statistics: KernelStatistics) -> Int128? {
            guard let value = statistics[field] else { return nil }
            guard let ipv6, statistics.hasIPv6 else { return value }
            // Without one of both it is no sum: a counter must not fall.
            return statistics[ipv6].map { value + $0 }
        }
    }

    private static let all = [
        tcp(
            "socket_tcp_listen_overflows_total", Field(.netstat, "TcpExt", "ListenOverflows"),
            "Attempts to connect that listening TCP sockets dropped because the accept queue was full"),
        tcp(
            "socket_tcp_listen_drops_total", Field(.netstat, "TcpExt", "ListenDrops"),
            "Attempts to connect that listening TCP sockets dropped for any reason, a full accept queue included"),
        tcp(
            "socket_tcp_syn_cookies_sent_total", Field(.netstat, "TcpExt", "SyncookiesSent"),
            "SYN cookies sent, as listening TCP sockets do when their queue of connection requests is full"),
        tcp(
            "socket_tcp_sent_segments_total", Field(.snmp, "Tcp", "OutSegs"),
            "TCP segments sent, without those that only retransmit"),
        tcp(
            "socket_tcp_received_segments_total", Field(.snmp, "Tcp", "InSegs"),
            "TCP segments received, including those with errors"),
        tcp(
            "socket_tcp_retransmitted_segments_total", Field(.snmp, "Tcp", "RetransSegs"),
            "TCP segments retransmitted"),
        tcp(
            "socket_tcp_timeouts_total", Field(.netstat, "TcpExt", "TCPTimeouts"),
            "Expirations of the retransmission timer of TCP connections"),
        tcp(
            "socket_tcp_syn_retransmits_total", Field(.netstat, "TcpExt", "TCPSynRetrans"),
            "TCP segments with the flag SYN retransmitted, by either side"),
        tcp(
            "socket_tcp_aborts_on_memory_total", Field(.netstat, "TcpExt", "TCPAbortOnMemory"),
            "TCP connections aborted because there were too many orphans or TCP used too much memory"),
        tcp(
            "socket_tcp_resets_sent_total", Field(.snmp, "Tcp", "OutRsts"), "TCP segments with the flag RST sent"),
        tcp(
            "socket_tcp_attempt_fails_total", Field(.snmp, "Tcp", "AttemptFails"),
            "TCP connections that failed while they were opened, by either side"),
        tcp(
            "socket_tcp_active_opens_total", Field(.snmp, "Tcp", "ActiveOpens"),
            "TCP connections that were opened from here"),
        tcp(
            "socket_tcp_passive_opens_total", Field(.snmp, "Tcp", "PassiveOpens"),
            "TCP connections that peers opened to listening sockets here"),
        udp(
            "socket_udp_receive_buffer_errors_total", "RcvbufErrors",
            "UDP datagrams dropped because the receive buffer of the socket was full, IPv4 and IPv6"),
        udp(
            "socket_udp_no_ports_total", "NoPorts",
            "UDP datagrams received for a port on which there is no socket, IPv4 and IPv6"),
    ]

    /// A counter of TCP, which counts both families together.
    private static func tcp(_ name: StaticString, _ field: Field, _ meaning: String) -> Counter {
        Counter(metadata: .counter(name, help: "\(meaning) (\(field.group) \(field.name))."), field: field)
    }

    /// A counter of UDP, which has the same name in both families.
    private static func udp(_ name: StaticString, _ field: String, _ meaning: String) -> Counter {
        Counter(
            metadata: .counter(name, help: "\(meaning) (Udp and Udp6 \(field))."), field: Field(.snmp, "Udp", field),
            ipv6: Field(.snmp6, "Udp6", field))
    }

    static let metadata = all.map(\.metadata)

    /// What they are made from.
    static let fields = Set(all.map(\.field) + all.compactMap(\.ipv6))

    /// The families of the numbers that there are.
    static func families(of statistics: KernelStatistics) -> [MetricFamily] {
        all.compactMap { counter in
            counter.value(statistics).map { MetricFamily(counter.metadata, MetricValue($0)) }
        }
    }
}
