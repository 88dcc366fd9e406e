// SPDX-License-Identifier: Apache-2.0

import Exposition
import GoldenFileTestSupport
import ScrapeServing
import SocketMetrics
import SocketStatistics
import Testing

@testable import SocketExporter

struct CollectorTests {
    @Test(arguments: [
        (ExpositionFormat.prometheusText, "complete.prometheus.txt"), (.openMetrics, "complete.openmetrics.txt"),
    ])
    func everythingIsExposed(_ format: ExpositionFormat, _ name: String) throws {
        try GoldenFile(name).expect(ExampleExporter().exposition(format))
    }

    @Test func aFailedScanLeavesTheRestWhole() throws {
        try GoldenFile("failed.prometheus.txt").expect(ExampleExporter.failed.exposition(.prometheusText))
    }

    @Test func numbersAreExposedUnderTheNamesOfNodeExporter() throws {
        let example = ExampleExporter(flags: ["--collector.node-names"])
        let lines = try example.exposition(.prometheusText).split(separator: "\n").filter {
            $0.contains(/^(# .* )?node_/)
        }
        try GoldenFile("node-names.prometheus.txt").expect(lines.joined(separator: "\n") + "\n")
        #expect(try !ExampleExporter().exposition(.prometheusText).contains("node_"))
    }

    /// A scrape of these names alone does not scan.
    @Test func theNamesOfNodeExporterCanBeSelected() throws {
        let example = ExampleExporter(flags: ["--collector.node-names"])
        let alone = try example.exposition(
            .prometheusText, ScrapeRequest(selection: .only(["node-names"])))
        #expect(alone.contains("node_netstat_Tcp_MaxConn -1\n"))
        #expect(!alone.contains("node_tcp_connection_states"))
        #expect(!alone.contains("socket_tcp_listen_drops_total"))
        let without = try example.exposition(.prometheusText, ScrapeRequest(selection: .only(["tcp"])))
        #expect(!without.contains("node_"))
    }

    @Test func eachNameOccursOnce() throws {
        let names = try ExampleExporter(flags: ["--collector.node-names"]).gather().gathered.families.map(
            \.metadata.name)
        #expect(Set(names).count == names.count)
    }

    @Test func listenersThatCouldNotBeCountedAreAbsent() throws {
        var scan = ExampleExporter.scan
        scan.statistics.listeners = nil
        scan.failures[.listeners] = ExampleExporter.broken
        let text = try ExampleExporter(scan: .success(scan)).exposition(.prometheusText)
        #expect(text.contains("socket_scrape_collector_success{collector=\"listeners\"} 0\n"))
        #expect(text.contains("socket_scrape_collector_success{collector=\"tcp\"} 1\n"))
        #expect(!text.contains("socket_tcp_listener_sockets{"))
        #expect(text.contains("socket_tcp_connections{"))
    }

    @Test func theFoundingMetricIsTheSumOfBothFamilies() throws {
        let families = try ExampleExporter().gather().gathered.families
        #expect(
            families.first { $0.metadata.name == "time_wait_count" }?.samples
                == [Sample(112, labels: ["type": "Linux"])])
    }

    @Test func theCountOfGoodAnswersIsThereFromTheStart() throws {
        let collector = try HTTPCollector(HTTPStatistics(), prefix: "socket_exporter")
        let samples = collector.collect(ScrapeRequest()).families.first?.samples
        #expect(samples == [Sample(0, labels: ["code": "200"])])
    }

    /// What the exporter says of itself is always there, and what a collector that was not asked tells never is.
    @Test(arguments: [
        (CollectorSelection.only(["tcp"]), true, false), (.only(["sockstat"]), false, false),
        (.except(["sockstat"]), true, false), (.except(["tcp", "sockstat"]), false, false), (.all, true, true),
    ])
    func aScrapeSelectsCollectors(_ selection: CollectorSelection, _ hasTCP: Bool, _ hasDifference: Bool) throws {
        let text = try ExampleExporter().exposition(.prometheusText, ScrapeRequest(selection: selection))
        for part in ["socket_tcp_connections{", "time_wait_count{", "socket_exporter_scan_duration_seconds{"] {
            #expect(text.contains(part) == hasTCP, "\(part)")
        }
        #expect(text.contains("collector=\"tcp\"") == hasTCP)
        #expect(text.contains("socket_exporter_sockstat_difference ") == hasDifference)
        for part in ["socket_exporter_build_info{", "socket_exporter_http_requests_total{", "process_open_fds "] {
            #expect(text.contains(part), "\(part)")
        }
    }

    @Test(arguments: [(CollectorSelection.only(["udp"]), true), (.except(["udp"]), false), (.all, true)])
    func whatTellsOfTheScanOfUDPGoesWithIt(_ selection: CollectorSelection, _ hasUDP: Bool) throws {
        let text = try ExampleExporter().exposition(.prometheusText, ScrapeRequest(selection: selection))
        for part in [
            "socket_udp_sockets{", "socket_udp_drops_total{", "socket_exporter_udp_source_info{",
            "socket_exporter_udp_scan_duration_seconds{", "socket_exporter_udp_scan_skipped_sockets{",
        ] {
            #expect(text.contains(part) == hasUDP, "\(part)")
        }
    }

    @Test func aFailedScanOfUDPLeavesTheRestWhole() throws {
        let text = try ExampleExporter(udp: .failure(ExampleExporter.broken)).exposition(.prometheusText)
        #expect(text.contains("socket_scrape_collector_success{collector=\"udp\"} 0\n"))
        #expect(!text.contains("\nsocket_udp_sockets") && !text.contains("\nsocket_exporter_udp_"))
        #expect(text.contains("socket_tcp_connections{"))
    }

    @Test(arguments: [(CollectorSelection.only(["unix"]), true), (.except(["unix"]), false), (.all, true)])
    func whatTellsOfTheScanOfUNIXSocketsGoesWithIt(_ selection: CollectorSelection, _ hasUNIX: Bool) throws {
        let text = try ExampleExporter().exposition(.prometheusText, ScrapeRequest(selection: selection))
        for part in [
            "socket_unix_sockets{", "socket_unix_listener_backlog{", "socket_exporter_unix_source_info{",
            "socket_exporter_unix_scan_duration_seconds{", "socket_exporter_unix_scan_skipped_sockets{",
        ] {
            #expect(text.contains(part) == hasUNIX, "\(part)")
        }
    }

    @Test func aFailedScanOfUNIXSocketsLeavesTheRestWhole() throws {
        let text = try ExampleExporter(unix: .failure(ExampleExporter.broken)).exposition(.prometheusText)
        #expect(text.contains("socket_scrape_collector_success{collector=\"unix\"} 0\n"))
        #expect(!text.contains("socket_unix_sockets{") && !text.contains("socket_exporter_unix_scan_duration_seconds{"))
        #expect(text.contains("socket_tcp_connections{"))
    }

    @Test func aSingleScrapeHasNoDropsOfUDP() throws {
        let text = try ExampleExporter(isSingle: true).exposition(.prometheusText)
        #expect(text.contains("\nsocket_udp_sockets{") && !text.contains("\nsocket_udp_drops_total"))
    }

    @Test func aDisabledCollectorIsNotAsked() throws {
        let text = try ExampleExporter(flags: ["--no-collector.tcp"]).exposition(.prometheusText)
        #expect(!text.contains("collector=\"tcp\""))
        #expect(!text.contains("time_wait_count"))
        #expect(text.contains("socket_scrape_collector_success{collector=\"sockstat\"} 1\n"))
    }
}
