// SPDX-License-Identifier: Apache-2.0

import Foundation
import KernelTestSupport
import Testing

/// A real Prometheus scrapes the exporter and is asked for what it stored.
@Suite(.enabled(if: Privilege.runsRootTests, "needs root for a network namespace"))
struct PrometheusTests {
    /// A Prometheus with a directory of its own, ended and removed with the test.
    private final class Prometheus {
        private let process = Process()
        private let directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        private let port: UInt16

        init(scraping target: String) throws {
            let configuration = directory.appendingPathComponent("prometheus.yml")
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            try """
            global: {scrape_interval: 1s, scrape_timeout: 1s}
            scrape_configs:
              - job_name: sockets
                static_configs: [{targets: ['\(target)']}]

            """.write(to: configuration, atomically: true, encoding: .utf8)
            port = try { try TestSocket.listener().port }()
            process.executableURL = URL(fileURLWithPath: try Peers.path("SOCKET_EXPORTER_PROMETHEUS"))
            process.arguments = [
                "--config.file=\(configuration.path)", "--storage.tsdb.path=\(directory.path)/data",
                "--web.listen-address=127.0.0.1:\(port)",
            ]
            process.standardError = FileHandle(forWritingAtPath: "/dev/null")
            try process.run()
        }

        deinit {
            // Ending a process that was not started is a trap.
            if process.isRunning {
                process.terminate()
                process.waitUntilExit()
            }
            try? FileManager.default.removeItem(at: directory)
        }

        /// The value of an expression that has a single one, nil as long as it has none.
        func value(_ expression: String) throws -> Double? {
            let answer = try Shell.output(
                "curl -s --max-time 5 'http://127.0.0.1:\(port)/api/v1/query' --data-urlencode 'query=\(expression)' || true"
            )
            return answer.firstMatch(of: /"value":\[[0-9.]+,"([^"]+)"\]/).flatMap { Double($0.1) }
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func prometheusScrapesTwiceAndAnswersWithTheRightNumber() throws {
        try TestThread.inNetworkNamespace {
            let population = TestPopulation()
            for _ in 0..<5 { try population.halfClosed(.ipv4) }
            for _ in 0..<2 { try population.timeWait(.ipv6) }
            let exporter = try ExporterProcess()
            let prometheus = try Prometheus(scraping: exporter.address)
            // Two scrapes that worked: on a machine under load Prometheus may time one out.
            while try prometheus.value("sum_over_time(up{job=\"sockets\"}[5m])") ?? 0 < 2 {
                usleep(200_000)
            }
            #expect(try prometheus.value("socket_tcp_connections{family=\"ipv4\",state=\"close_wait\"}") == 5)
            #expect(try prometheus.value("sum(socket_tcp_connections{state=\"fin_wait2\"})") == 5)
            // The test's own questions leave IPv4 connections in TIME_WAIT.
            #expect(try prometheus.value("socket_tcp_connections{family=\"ipv6\",state=\"time_wait\"}") == 2)
            let surplus =
                "scalar(time_wait_count{type=\"Linux\"}) - scalar(sum(socket_tcp_connections{state=\"time_wait\"}))"
            #expect(try prometheus.value("vector(\(surplus))") == 0)
            #expect(try prometheus.value("count(socket_exporter_build_info)") == 1)
            withExtendedLifetime((population, exporter)) {}
        }
    }
}
