// SPDX-License-Identifier: Apache-2.0

import Glibc
import KernelTestSupport
import Testing

/// The names of node_exporter, beside node_exporter.
@Suite(.enabled(if: Privilege.runsRootTests, "needs root for a network namespace"))
struct NodeNamesTests {
    /// Whether a series or family has a name of node_exporter that this exporter has too: not those about node_exporter
    /// itself, and of conntrack the size alone.
    private func isShared(_ name: Substring) -> Bool {
        name.contains(/^node_(?!scrape_|exporter_|nf_conntrack_stat_)/)
    }

    /// HELP and TYPE of the families with names of node_exporter.
    private func metadata(_ text: String) -> Set<Substring> {
        Set(text.split(separator: "\n").filter { $0.hasPrefix("# ") && isShared($0.dropFirst("# HELP ".count)) })
    }

    /// The names of those families.
    private func families(_ text: String) -> Set<Substring> {
        Set(metadata(text).map { $0.split(separator: " ")[2] })
    }

    /// The values of series with names of node_exporter.
    private func values(_ text: String) -> [Substring: Double] {
        Exposition(text).samples.filter { isShared($0.key) }
    }

    /// What the kernel tells of the whole system, in which other tests are at work, and what each program changes by its
    /// own sockets.
    private static let notComparable: Set<Substring> = [
        "node_sockstat_TCP_alloc", "node_sockstat_TCP_mem", "node_sockstat_TCP_mem_bytes", "node_sockstat_TCP_orphan",
        "node_sockstat_UDP_mem", "node_sockstat_UDP_mem_bytes", "node_sockstat_sockets_used",
    ]

    /// The families that node_exporter does not have by default.
    private static let additional: Set<Substring> = ["node_netstat_Tcp_MaxConn"]

    /// With the source bpf, the bytes in queues of TCP sockets have a flag of their own.
    private static let sources =
        [["netlink"], ["proc"]] + (Privilege.runsBPFTests ? [["bpf", "--collector.tcp.queues"]] : [])

    /// A bound UDP socket with datagrams that wait, and the one that sent them.
    private static func unread(_ address: TestSocket.Address) throws -> [UDPTestSocket] {
        let receiver = try UDPTestSocket.bound(address)
        let sender = try UDPTestSocket.connected(address, to: receiver.port)
        try sender.send(3)
        return [receiver, sender]
    }

    @Test(arguments: sources)
    func eachValueIsNodeExporters(_ source: [String]) throws {
        try TestThread.inNetworkNamespace {
            let population = TestPopulation()
            try population.everyState()
            let datagrams = try [TestSocket.Address.ipv4, .ipv6].map { try Self.unread($0) }
            _ = try Shell.output(
                """
                python3 -c '
                import socket
                for family, address in (socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"):
                    sender = socket.socket(family, socket.SOCK_DGRAM)
                    for _ in range(3): sender.sendto(b"x", (address, 1))
                '
                """)
            func ours() throws -> String {
                let outcome = try ExporterProcess.run(["--once", "--collector.node-names", "--source"] + source)
                #expect(outcome.exitCode == 0)
                return outcome.output
            }
            let (before, their, after) = try (ours(), NodeExporter.scrape(), ours())
            let listeners = try (SSReport(ipv6: false).listeners + SSReport(ipv6: true).listeners)
                .map { $0.split(separator: " ").compactMap { Double($0) } }
            withExtendedLifetime((population, datagrams)) {}

            #expect(metadata(their).subtracting(metadata(before)).isEmpty)
            #expect(families(before).subtracting(families(their)) == Self.additional)
            let (earlier, later, theirs) = (values(before), values(after), values(their))
            #expect(Set(theirs.keys).subtracting(earlier.keys).isEmpty)
            var compared = 0
            for (series, value) in earlier where later[series] == value && !Self.notComparable.contains(series) {
                switch series {
                case "node_netstat_Tcp_MaxConn":
                    #expect(value == -1)
                case "node_tcp_connection_states{state=\"rx_queued_bytes\"}":
                    #expect(theirs[series] == value + listeners.reduce(0) { $0 + $1[1] })
                case "node_tcp_connection_states{state=\"tx_queued_bytes\"}":
                    #expect(theirs[series] == value + listeners.reduce(0) { $0 + $1[2] })
                case _ where series.hasPrefix("node_tcp_connection_states{"):
                    // node_exporter leaves out states without a socket.
                    #expect((theirs[series] ?? 0) == value, "\(series)")
                default:
                    #expect(try #require(theirs[series], "\(series)") == value, "\(series)")
                }
                compared += 1
            }
            // The rest changed meanwhile: sockets of the population retransmit.
            #expect(compared > 40)
            for ip in ["v4", "v6"] {
                #expect(try #require(theirs["node_udp_queues{ip=\"\(ip)\",queue=\"rx\"}"]) > 0)
                #expect(theirs["node_udp_queues{ip=\"\(ip)\",queue=\"tx\"}"] == 0)
            }
            #expect(theirs["node_netstat_Udp_NoPorts"] == 3)
            #expect(theirs["node_netstat_Udp6_NoPorts"] == 3)
            #expect(theirs["node_tcp_connection_states{state=\"time_wait\"}"] == 2)
        }
    }

    // MARK: In a dashboard

    /// What "Node Exporter Full" (Grafana 1860) asks for in its rows of sockets, netstat and sockstat: the gauges, and what
    /// it takes the rate of.
    private static let gauges = """
        sockstat_TCP_alloc sockstat_TCP_inuse sockstat_TCP_mem sockstat_TCP_orphan sockstat_TCP_tw sockstat_UDPLITE_inuse \
        sockstat_UDP_inuse sockstat_UDP_mem sockstat_sockets_used sockstat_TCP_mem_bytes sockstat_UDP_mem_bytes \
        sockstat_FRAG_inuse sockstat_FRAG_memory sockstat_RAW_inuse netstat_Tcp_CurrEstab netstat_Tcp_MaxConn
        """
    private static let rates = """
        netstat_IpExt_InOctets netstat_IpExt_OutOctets netstat_Ip_Forwarding netstat_Icmp_InMsgs netstat_Icmp_OutMsgs \
        netstat_Icmp_InErrors netstat_Udp_InDatagrams netstat_Udp_OutDatagrams netstat_Udp_InErrors netstat_Udp_NoPorts \
        netstat_UdpLite_InErrors netstat_Udp_RcvbufErrors netstat_Udp_SndbufErrors netstat_Tcp_InSegs netstat_Tcp_OutSegs \
        netstat_TcpExt_ListenOverflows netstat_TcpExt_ListenDrops netstat_TcpExt_TCPSynRetrans netstat_Tcp_RetransSegs \
        netstat_Tcp_InErrs netstat_Tcp_OutRsts netstat_TcpExt_TCPRcvQDrop netstat_TcpExt_TCPOFOQueue \
        netstat_TcpExt_SyncookiesFailed netstat_TcpExt_SyncookiesRecv netstat_TcpExt_SyncookiesSent \
        netstat_Tcp_ActiveOpens netstat_Tcp_PassiveOpens
        """
    private static let states = """
        established fin_wait2 listen time_wait close_wait syn_sent syn_recv last_ack closing rx_queued_bytes \
        tx_queued_bytes
        """

    @Test(.timeLimit(.minutes(5)))
    func theDashboardsExpressionsHaveData() throws {
        try TestThread.inNetworkNamespace {
            let exporter = try ExporterProcess(["--collector.node-names", "--collector.tcp.queues"])
            let prometheus = try Prometheus(scraping: exporter.address)
            while try prometheus.value("sum_over_time(up{job=\"sockets\"}[5m])") ?? 0 < 2 {
                usleep(200_000)
            }
            // The variables of the dashboard.
            #expect(try prometheus.value("count(node_uname_info{job=\"sockets\",nodename!=\"\"})") == 1)
            let selector = "{instance=\"\(exporter.address)\",job=\"sockets\"}"
            for name in Self.gauges.split(separator: " ") {
                #expect(try prometheus.value("node_\(name)\(selector)") != nil, "\(name)")
            }
            for name in Self.rates.split(separator: " ") {
                #expect(try prometheus.value("rate(node_\(name)\(selector)[5m])") != nil, "\(name)")
            }
            for state in Self.states.split(separator: " ") {
                let series = "node_tcp_connection_states\(selector.dropLast()),state=\"\(state)\"}"
                #expect(try prometheus.value(series) != nil, "\(state)")
            }
            withExtendedLifetime(exporter) {}
        }
    }
}
