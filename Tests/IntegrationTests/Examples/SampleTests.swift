// SPDX-License-Identifier: Apache-2.0

import Foundation
import KernelTestSupport
import Testing

/// Every sample of README and of the documentation, which `scripts/samples` keeps the same as the files in Snippets.
@Suite(.enabled(if: Privilege.runsRootTests, "needs root for a network namespace"))
struct SampleTests {
    /// Samples that serve on port 8090 until they are stopped, the families of their OpenMetrics exposition, and the
    /// complaints of promtool.
    private static let servers: [(name: String, families: String, lint: String)] = [
        (
            "CustomExporter-Gauge", "time_wait_count gauge 1\n",
            "time_wait_count non-histogram and non-summary metrics should not have \"_count\" suffix\n"
        ),
        ("README-Exporter", "app_build info 1\napp_queued_jobs gauge 1\n", ""),
        ("CustomExporter-Collector", "app_connections gauge 2\n" + outcomes, ""),
        (
            "CustomExporter-Async",
            """
            app_build info 1
            app_queued_jobs gauge 1
            process_cpu_seconds counter 1
            process_open_fds gauge 1
            process_max_fds gauge 1
            process_virtual_memory_bytes gauge 1
            process_resident_memory_bytes gauge 1
            process_start_time_seconds gauge 1
            scrape_collector_duration_seconds gauge 2
            scrape_collector_success gauge 2

            """, ""
        ),
        ("CustomExporter-Service", "app_heartbeats counter 1\n", ""),
        (
            "MetricsExposition-Bootstrap",
            "swift_metrics_dropped counter 2\nhttp_requests counter 1\ndb_query_seconds histogram 7\n", ""
        ),
        (
            "SocketMetrics-Registry",
            """
            socket_tcp_connections gauge 22
            socket_tcp_receive_queue_bytes gauge 2
            socket_tcp_send_queue_bytes gauge 2
            socket_tcp_timer_connections gauge 5
            socket_tcp_listener_backlog gauge 1
            socket_tcp_listener_backlog_limit gauge 1
            socket_tcp_listener_full_sockets gauge 1
            socket_tcp_listener_fullest_queue_ratio gauge 1
            socket_tcp_listener_sockets gauge 1
            socket_tcp_listener_drops counter 1
            socket_tcp_port_connections gauge 11
            socket_tcp_ephemeral_ports_in_use gauge 1
            socket_tcp_busiest_destination_connections gauge 1
            app_socket_tcp_connections gauge 22
            app_socket_tcp_receive_queue_bytes gauge 2
            app_socket_tcp_send_queue_bytes gauge 2
            app_socket_tcp_timer_connections gauge 5
            app_socket_tcp_listener_backlog gauge 1
            app_socket_tcp_listener_backlog_limit gauge 1
            app_socket_tcp_listener_full_sockets gauge 1
            app_socket_tcp_listener_fullest_queue_ratio gauge 1
            app_socket_tcp_listener_sockets gauge 1
            app_socket_tcp_listener_drops counter 1
            app_socket_tcp_port_connections gauge 11
            app_socket_tcp_ephemeral_ports_in_use gauge 1
            app_socket_tcp_busiest_destination_connections gauge 1
            scrape_collector_duration_seconds gauge 2
            scrape_collector_success gauge 4

            """, ""
        ),
        (
            "ScrapeServing-Server",
            """
            random_value gauge 1
            random_exporter_http_requests counter 1
            random_exporter_http_requests_in_flight gauge 1

            """ + outcomes, ""
        ),
    ]

    /// The families of the outcome of one collector.
    private static let outcomes = "scrape_collector_duration_seconds gauge 1\nscrape_collector_success gauge 1\n"

    /// Samples that print and exit, and their output in a namespace without sockets.
    private static let programs: [(name: String, output: String)] = [
        ("Exposition-Registry", page("Exposition/Exposition.docc/Exposition.md", block: 0)),
        ("Exposition-Families", page("Exposition/Exposition.docc/Exposition.md", block: 1)),
        ("Embed-Text", page("SocketStatistics/SocketStatistics.docc/EmbedTheExporter.md", block: 0)),
        ("README-Scan", "0\n"),
        (
            "SocketStatistics-Scan",
            "0 in TIME_WAIT, 0 IPv6 listeners, from \(Privilege.runsBPFTests ? "bpf" : "netlink")\n"
        ),
        ("SocketStatistics-Ports", "0 listening addresses, 0 established\n"),
        ("SocketStatistics-Ports", "0 listening addresses, 0 established\n"),
        ("SocketStatistics-Filter", "0 sockets of this process, 0 of others\n"),
        ("SocketMetrics-Answer", "text/plain; version=0.0.4; charset=utf-8: some metrics\n"),
    ]

    /// An output as a page of the documentation shows it.
    private static func page(_ path: String, block: Int) -> String {
        let file = sources.appendingPathComponent(path)
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        let blocks = text.matches(of: /(?ms)^```\w*\n.*?^```$/).filter { $0.0.hasPrefix("```\n") }
        guard block < blocks.count else { return "\(path) has no such output" }
        return String(blocks[block].0.dropFirst(4).dropLast(3))
    }

    private static let sources = Repository.root.appendingPathComponent("Sources")

    @Test func everySampleIsTried() throws {
        let snippets = Repository.root.appendingPathComponent("Snippets")
        let names = try FileManager.default.contentsOfDirectory(atPath: snippets.path)
        #expect(
            Set(names) == Set((Self.servers.map(\.name) + Self.programs.map(\.name)).map { $0 + ".swift" }))
    }

    @Test(arguments: servers)
    func servesWhatReadersTake(name: String, families: String, lint: String) throws {
        try TestThread.inNetworkNamespace {
            let sample = try ExampleProcess(ExampleProcess.path(name))
            try sample.waitUntilListening()
            let get = "curl -sS --max-time 20 http://127.0.0.1:8090/metrics"
            let openMetrics = try Shell.output("\(get) -H 'Accept: application/openmetrics-text;version=1.0.0'")
            #expect(try Peers.openMetricsParser(openMetrics) == families)
            let text = try Shell.output(get)
            #expect(try Peers.promtool(text) == lint)
            if name == "CustomExporter-Gauge" {
                #expect(text == Self.page("Exposition/Exposition.docc/WriteACustomExporter.md", block: 0))
            }
            #expect(sample.exitCode(afterSignal: SIGTERM) == 0)
        }
    }

    /// The kernel ignores a signal for the first process of a container that has no handler for it.
    @Test(arguments: [SIGTERM, SIGINT])
    func endsOnASignalAsProcess1(signal: Int32) throws {
        try TestThread.inNetworkNamespace {
            let sample = try ExampleProcess(
                "/usr/bin/unshare", ["--pid", "--fork", "--kill-child", ExampleProcess.path("CustomExporter-Gauge")])
            try sample.waitUntilListening()
            let children = try sample.children()
            #expect(children.count == 1)
            for child in children { kill(child, signal) }
            #expect(sample.exitCode() == 0)
        }
    }

    @Test(arguments: programs)
    func printsWhatThePageShows(name: String, output: String) throws {
        try TestThread.inNetworkNamespace {
            let sample = try ExampleProcess(ExampleProcess.path(name))
            #expect(sample.exitCode() == 0)
            #expect(sample.output == output)
        }
    }
}
