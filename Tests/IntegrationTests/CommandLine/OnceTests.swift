// SPDX-License-Identifier: Apache-2.0

import KernelTestSupport
import Testing

@Suite(.enabled(if: Privilege.runsRootTests, "needs root for a network namespace"))
struct OnceTests {
    /// One scrape of a namespace with every state, in a format, and what ss says of it.
    private func scrapeEveryState(_ arguments: [String]) throws -> (output: String, ipv4: SSReport, ipv6: SSReport) {
        try TestThread.inNetworkNamespace {
            let population = TestPopulation()
            try population.everyState()
            return try withExtendedLifetime(population) {
                let outcome = try ExporterProcess.run(["--once"] + arguments)
                #expect(outcome.exitCode == 0)
                #expect(outcome.errors.split(separator: "\n").allSatisfy { $0.contains(/collector=(udp\.)?netns/) })
                return (outcome.output, try SSReport(ipv6: false), try SSReport(ipv6: true))
            }
        }
    }

    private static let states = [
        ("established", "ESTAB"), ("syn_sent", "SYN-SENT"), ("syn_recv", "SYN-RECV"), ("fin_wait1", "FIN-WAIT-1"),
        ("fin_wait2", "FIN-WAIT-2"), ("time_wait", "TIME-WAIT"), ("close_wait", "CLOSE-WAIT"), ("last_ack", "LAST-ACK"),
        ("listen", "LISTEN"), ("closing", "CLOSING"),
    ]

    // The proc source reads /proc/net, which is the process's own: the executable is a process in the namespace.
    @Test(arguments: Privilege.runsBPFTests ? ["bpf", "netlink", "proc"] : ["netlink", "proc"])
    func theCountsAreThoseOfSS(_ source: String) throws {
        let (output, ipv4, ipv6) = try scrapeEveryState(["--source", source])
        let exposition = Exposition(output)
        for (label, name) in Self.states {
            #expect(exposition["ipv4", label] == Double(ipv4.connections[name, default: 0]), "\(label)")
            #expect(exposition["ipv6", label] == Double(ipv6.connections[name, default: 0]), "\(label)")
        }
        #expect(exposition["time_wait_count{type=\"Linux\"}"] == 2)
        #expect(exposition["socket_exporter_source_info{source=\"\(source)\",reason=\"requested\"}"] == 1)
        #expect(exposition["socket_exporter_sockstat_difference"] == 0)
    }

    @Test func promtoolComplainsOfTheFoundingMetricsSuffixAlone() throws {
        let output = try scrapeEveryState([]).output
        #expect(
            try Peers.promtool(output)
                == "time_wait_count non-histogram and non-summary metrics should not have \"_count\" suffix\n")
    }

    @Test func theStrictOpenMetricsParserAcceptsTheOutput() throws {
        let output = try scrapeEveryState(["--format", "openmetrics"]).output
        let families = try Peers.openMetricsParser(output)
        #expect(families.contains("socket_tcp_connections gauge 22\n"), "\(families)")
        #expect(families.contains("socket_exporter_build info 1\n"))
        #expect(families.contains("socket_exporter_scan_repeats counter 3\n"))
    }

    @Test func theTableAddsUp() throws {
        let (output, ipv4, ipv6) = try scrapeEveryState(["--format", "table"])
        let rows = output.split(separator: "\n").map { $0.split(separator: " ") }
        let sums = [ipv4, ipv6].map { $0.connections.values.reduce(0, +) }
        #expect(rows.first == ["state", "ipv4", "ipv6", "total"])
        #expect(rows.last == ["total", "\(sums[0])", "\(sums[1])", "\(sums[0] + sums[1])"])
    }

    @Test func withoutPrivilegesAndNetlinkItFallsBackAndSaysWhy() throws {
        let outcome = try TestThread.withoutNetlink {
            try TestThread.withoutCapabilities { try ExporterProcess.run(["--once"]) }
        }
        #expect(outcome.exitCode == 0)
        let info = outcome.output.split(separator: "\n").first { $0.hasPrefix("socket_exporter_source_info") } ?? ""
        #expect(info.hasPrefix(#"socket_exporter_source_info{source="proc",reason=""#))
        #expect(info.contains("netlink is not available"))
    }

    /// Everything that was asked for, from each source that tells it, in both formats.
    @Test(arguments: Privilege.runsBPFTests ? ["bpf", "netlink"] : ["netlink"])
    func everythingOptionalIsTold(_ source: String) throws {
        let arguments = ["--source", source, "--netns.all", "--collector.tcp.queues", "--collector.tcp.bound-inactive"]
        let (output, _, _) = try scrapeEveryState(arguments)
        let exposition = Exposition(output)
        #expect(exposition["socket_netns_tcp_connections{netns=\"self\",state=\"time_wait\"}"] == 2)
        #expect(exposition["socket_tcp_receive_queue_bytes{family=\"ipv4\"}"] ?? 0 > 1000)
        #expect(exposition["socket_tcp_timer_connections{timer=\"time_wait\"}"] == 4)
        #expect(output.contains("socket_tcp_port_connections{port=\"other\",state=\"listen\"}"))
        #expect(output.contains("socket_tcp_listener_sockets{address=\"::1\",port="))
        #expect(exposition["socket_scrape_collector_success{collector=\"netns\"}"] != nil)
        #expect(
            try Peers.promtool(output)
                == "time_wait_count non-histogram and non-summary metrics should not have \"_count\" suffix\n")
        let openMetrics = try scrapeEveryState(arguments + ["--format", "openmetrics"]).output
        let families = try Peers.openMetricsParser(openMetrics)
        // A counter needs a scrape before.
        #expect(!families.contains("socket_tcp_listener_drops"), "\(families)")
        #expect(!families.contains("socket_udp_drops"), "\(families)")
        #expect(families.contains("socket_udp_sockets gauge 4\n"), "\(families)")
        #expect(families.contains("socket_unix_sockets gauge 8\n"), "\(families)")
        #expect(families.contains("socket_tcp_listener_full_sockets gauge"), "\(families)")
        #expect(families.contains("socket_exporter_folded_series counter 13\n"), "\(families)")
    }
}
