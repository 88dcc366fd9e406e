// SPDX-License-Identifier: Apache-2.0

import ExampleStatistics
import Exposition
import SocketStatistics
import Synchronization
import Testing

@testable import SocketMetrics

struct NodeNamesTests {
    typealias Field = KernelStatistics.Field

    private static let system = SystemName(
        system: "Linux", release: "6.1.0-1-amd64", version: "#1 SMP", machine: "x86_64", node: "web-1",
        domain: "(none)")

    /// What reads the example.
    static func readers(
        _ kernel: KernelStatistics = ExampleStatistics.kernel,
        conntrack: Result<ConntrackTable?, SourceError> = .success(ConntrackTable(entries: 12, limit: 65_536))
    ) -> NodeNamesCollector.Readers {
        .init(
            kernel: { selection, _ in
                var statistics = kernel
                statistics.values = kernel.values.filter { selection.fields.contains($0.key) }
                return statistics
            },
            conntrack: { try conntrack.get() }, system: { system })
    }

    private static func text(_ families: [MetricFamily], _ format: ExpositionFormat = .prometheusText) -> [Substring] {
        var bytes: [UInt8] = []
        format.write(families, into: &bytes)
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    }

    private static func lines(_ readers: NodeNamesCollector.Readers, _ format: ExpositionFormat = .prometheusText)
        -> [Substring]
    {
        text(NodeNamesCollector(readers, after: nil).collect(ScrapeRequest()).families, format)
    }

    // MARK: As node_exporter writes them

    @Test(arguments: [
        "# HELP node_netstat_Icmp6_InErrors Statistic Icmp6InErrors.", "# TYPE node_netstat_Icmp6_InErrors untyped",
        "node_netstat_Icmp6_InErrors 7001", "node_netstat_Icmp_InErrors 2001", "node_netstat_Ip6_OutOctets 6002",
        "node_netstat_IpExt_InOctets 11000", "node_netstat_Ip_Forwarding 1000",
        "# HELP node_netstat_TcpExt_TCPOFOQueue Statistic TcpExtTCPOFOQueue.", "node_netstat_Tcp_MaxConn -1",
        "node_netstat_UdpLite6_InErrors 9002", "node_netstat_Udp_NoPorts 4001",
        "# HELP node_sockstat_TCP_mem_bytes Number of TCP sockets in state mem_bytes.",
        "# TYPE node_sockstat_TCP_mem_bytes gauge", "node_sockstat_TCP_mem 13004",
        "node_sockstat_TCP_mem_bytes 53264384", "node_sockstat_UDP_mem_bytes 57348096",
        "# HELP node_sockstat_sockets_used Number of IPv4 sockets in use.", "node_sockstat_sockets_used 12000",
        "node_sockstat_FRAG6_memory 22001",
        "# HELP node_nf_conntrack_entries Number of currently allocated flow entries for connection tracking.",
        "# TYPE node_nf_conntrack_entries gauge", "node_nf_conntrack_entries 12",
        "# HELP node_nf_conntrack_entries_limit Maximum size of connection tracking table.",
        "node_nf_conntrack_entries_limit 65536",
        "# HELP node_uname_info Labeled system information as provided by the uname system call.",
        "# TYPE node_uname_info gauge",
        """
        node_uname_info{domainname="(none)",machine="x86_64",nodename="web-1",release="6.1.0-1-amd64",\
        sysname="Linux",version="#1 SMP"} 1
        """,
    ])
    func theLineIsThere(_ line: String) {
        #expect(Self.lines(Self.readers()).contains(Substring(line)))
    }

    /// The names that metrics.md of the contract lists, spelled here as node_exporter's answer has them.
    @Test func theNamesAreThoseOfNodeExporter() {
        let names = NodeNamesCollector().metadata.map(\.name)
        let netstat = """
            Icmp6_InErrors Icmp6_InMsgs Icmp6_OutMsgs Icmp_InErrors Icmp_InMsgs Icmp_OutMsgs Ip6_InOctets Ip6_OutOctets \
            IpExt_InOctets IpExt_OutOctets Ip_Forwarding TcpExt_ListenDrops TcpExt_ListenOverflows \
            TcpExt_SyncookiesFailed TcpExt_SyncookiesRecv TcpExt_SyncookiesSent TcpExt_TCPOFOQueue TcpExt_TCPRcvQDrop \
            TcpExt_TCPSynRetrans TcpExt_TCPTimeouts Tcp_ActiveOpens Tcp_CurrEstab Tcp_InErrs Tcp_InSegs Tcp_MaxConn \
            Tcp_OutRsts Tcp_OutSegs Tcp_PassiveOpens Tcp_RetransSegs Udp6_InDatagrams Udp6_InErrors Udp6_NoPorts \
            Udp6_OutDatagrams Udp6_RcvbufErrors Udp6_SndbufErrors UdpLite6_InErrors UdpLite_InErrors Udp_InDatagrams \
            Udp_InErrors Udp_NoPorts Udp_OutDatagrams Udp_RcvbufErrors Udp_SndbufErrors
            """
        let sockstat = """
            FRAG6_inuse FRAG6_memory FRAG_inuse FRAG_memory RAW6_inuse RAW_inuse TCP6_inuse TCP_alloc TCP_inuse TCP_mem \
            TCP_mem_bytes TCP_orphan TCP_tw UDP6_inuse UDPLITE6_inuse UDPLITE_inuse UDP_inuse UDP_mem UDP_mem_bytes \
            sockets_used
            """
        #expect(
            names == netstat.split(separator: " ").map { "node_netstat_\($0)" }
                + ["node_nf_conntrack_entries", "node_nf_conntrack_entries_limit"]
                + sockstat.split(separator: " ").map { "node_sockstat_\($0)" } + ["node_uname_info"])
        // In node_exporter's order.
        #expect(names == names.sorted())
    }

    @Test func theExampleHasAllOfThem() {
        let families = NodeNamesCollector(Self.readers(), after: nil).collect(ScrapeRequest()).families
        #expect(families.map(\.metadata) == NodeNamesCollector().metadata)
    }

    @Test func inOpenMetricsTheyAreUnknownAndGauges() {
        let lines = Self.lines(Self.readers(), .openMetrics)
        #expect(lines.contains("# TYPE node_netstat_Tcp_InSegs unknown"))
        #expect(lines.contains("# TYPE node_sockstat_TCP_inuse gauge"))
        #expect(lines.contains("# TYPE node_uname_info gauge"))
    }

    // MARK: What is missing

    @Test func whatTheKernelDoesNotHaveIsAbsent() {
        var kernel = ExampleStatistics.kernel
        kernel.values = kernel.values.filter { ![.snmp6, .sockstat6].contains($0.key.file) }
        kernel.hasIPv6 = false
        let lines = Self.lines(Self.readers(kernel, conntrack: .success(nil)))
        #expect(!lines.contains { $0.contains(/^node_[a-z]+_[A-Za-z]+6_/) })
        #expect(!lines.contains { $0.contains("conntrack") })
        #expect(lines.contains("node_netstat_Tcp_MaxConn -1"))
        #expect(NodeNamesCollector(Self.readers(kernel), after: nil).collect(ScrapeRequest()).error == nil)
    }

    @Test func failuresAreToldBesideWhatIsThere() {
        var kernel = ExampleStatistics.kernel
        kernel.failures[.snmp6] = SourceError(.malformed, "snmp6 is broken")
        let readers = Self.readers(kernel, conntrack: .failure(SourceError(.malformed, "conntrack is broken")))
        let collected = NodeNamesCollector(readers, after: nil).collect(ScrapeRequest())
        let sentence = collected.error.map { "\($0)" }
        #expect(sentence == "snmp6 is broken; snmp6 is broken; conntrack is broken")
        #expect(collected.families.contains { $0.metadata.name == "node_uname_info" })
        #expect(!collected.families.contains { $0.metadata.name.contains("conntrack") })
    }

    @Test func theSystemTellsItsName() throws {
        let name = try SystemName.current()
        #expect(name.system == "Linux")
        #expect(!name.release.isEmpty && !name.machine.isEmpty && !name.node.isEmpty)
    }

    // MARK: Beside the collector netstat

    @Test func whatNetstatReadForTheScrapeIsNotReadAgain() throws {
        let read = Mutex<[KernelStatistics.File]>([])
        let kernel: @Sendable (KernelStatistics.Selection, ContinuousClock.Instant?) -> KernelStatistics = {
            selection, _ in
            read.withLock { $0 += Set(selection.fields.map(\.file)) }
            var statistics = ExampleStatistics.kernel
            statistics.values = statistics.values.filter { selection.fields.contains($0.key) }
            return statistics
        }
        var readers = Self.readers()
        readers.kernel = kernel
        let netstat = NetstatCollector(kernel)
        let registry = Registry()
        try registry.register(netstat)
        try registry.register(NodeNamesCollector(readers, after: netstat))
        let both = registry.gather()
        #expect(
            read.withLock { $0.map(\.rawValue).sorted() } == KernelStatistics.File.allCases.map(\.rawValue).sorted())
        let alone = registry.gather(ScrapeRequest(selection: .only(["node-names"])))
        #expect(
            both.families.filter { $0.metadata.name.hasPrefix("node_") }
                == alone.families.filter { $0.metadata.name.hasPrefix("node_") })
    }

    // MARK: What scans count

    private static func scanLines(_ tcp: TCPStatistics?, _ udp: UDPStatistics?) -> [Substring] {
        text(NodeScanFamilies.families(tcp: tcp, udp: udp))
    }

    @Test func scansAreShownInNodeExportersOrder() {
        #expect(
            Self.scanLines(ExampleStatistics.statistics, ExampleStatistics.udp).joined(separator: "\n") == """
                # HELP node_tcp_connection_states Number of connection states.
                # TYPE node_tcp_connection_states gauge
                node_tcp_connection_states{state="close"} 114
                node_tcp_connection_states{state="close_wait"} 116
                node_tcp_connection_states{state="closing"} 122
                node_tcp_connection_states{state="established"} 102
                node_tcp_connection_states{state="fin_wait1"} 108
                node_tcp_connection_states{state="fin_wait2"} 110
                node_tcp_connection_states{state="last_ack"} 118
                node_tcp_connection_states{state="listen"} 120
                node_tcp_connection_states{state="rx_queued_bytes"} 4
                node_tcp_connection_states{state="syn_recv"} 106
                node_tcp_connection_states{state="syn_sent"} 104
                node_tcp_connection_states{state="time_wait"} 112
                node_tcp_connection_states{state="tx_queued_bytes"} 6
                # HELP node_udp_queues Number of allocated memory in the kernel for UDP datagrams in bytes.
                # TYPE node_udp_queues gauge
                node_udp_queues{ip="v4",queue="rx"} 5
                node_udp_queues{ip="v4",queue="tx"} 6
                node_udp_queues{ip="v6",queue="rx"} 7
                node_udp_queues{ip="v6",queue="tx"} 8
                """)
    }

    @Test func whatWasNotCountedIsAbsent() {
        #expect(Self.scanLines(nil, nil).isEmpty)
        #expect(Self.scanLines(TCPStatistics(), UDPStatistics()).isEmpty)
        var tcp = ExampleStatistics.statistics
        tcp.queueBytes = nil
        let lines = Self.scanLines(tcp, UDPStatistics(queueBytes: [.ipv4: .init(receive: 1, send: 2)]))
        #expect(!lines.contains { $0.contains("queued_bytes") || $0.contains("v6") })
        #expect(lines.contains("node_tcp_connection_states{state=\"listen\"} 120"))
        #expect(lines.contains("node_udp_queues{ip=\"v4\",queue=\"tx\"} 2"))
    }

    @Test(arguments: [
        (CollectorSelection.all, true), (.only(["node-names", "tcp"]), true), (.only(["tcp"]), false),
        (.except(["node-names"]), false),
    ])
    func scansAreShownWhereTheNamesAreAskedFor(_ selection: CollectorSelection, _ isShown: Bool) {
        let collector = NodeScanCollector(
            tcp: { _ in ExampleStatistics.statistics }, udp: { _ in ExampleStatistics.udp })
        #expect(collector.collect(ScrapeRequest(selection: selection)).families.isEmpty == !isShown)
    }
}
