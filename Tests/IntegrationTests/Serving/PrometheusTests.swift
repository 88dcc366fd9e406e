// SPDX-License-Identifier: Apache-2.0

import Glibc
import KernelTestSupport
import Testing

/// A real Prometheus scrapes the exporter and is asked for what it stored.
@Suite(.enabled(if: Privilege.runsRootTests, "needs root for a network namespace"))
struct PrometheusTests {
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
