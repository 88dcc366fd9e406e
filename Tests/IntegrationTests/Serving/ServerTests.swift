// SPDX-License-Identifier: Apache-2.0

import Foundation
import KernelTestSupport
import Testing

@Suite(.enabled(if: Privilege.runsRootTests, "needs root for a network namespace"))
struct ServerTests {
    @Test func aScrapeTellsTheTrueCountsOfNow() throws {
        try TestThread.inNetworkNamespace {
            let exporter = try ExporterProcess()
            let before = Exposition(try exporter.get("/metrics"))
            let population = TestPopulation()
            for _ in 0..<3 { try population.halfClosed(.ipv6) }
            let after = Exposition(try exporter.get("/metrics"))
            withExtendedLifetime(population) {}
            #expect(before["ipv6", "close_wait"] == 0)
            #expect(after["ipv6", "close_wait"] == 3)
            #expect(after["ipv6", "fin_wait2"] == 3)
            // The exporter's own listener, and this scrape's connection.
            #expect(after["ipv4", "listen"] == 1)
            #expect(after["ipv4", "established"] == 2)
            #expect(after["socket_exporter_http_requests_total{code=\"200\"}"] == 1)
            #expect(after["socket_exporter_http_requests_in_flight"] == 1)
            #expect(after["process_open_fds"] ?? 0 > 3)
        }
    }

    @Test func theFormatIsNegotiatedAndTheBodyCompressed() throws {
        try TestThread.inNetworkNamespace {
            let exporter = try ExporterProcess()
            let accept = "-H 'Accept: application/openmetrics-text;version=1.0.0,text/plain;q=0.5'"
            let headers = try exporter.get("/metrics", curl: "\(accept) -H 'Accept-Encoding: gzip' -D - -o /dev/null")
                .lowercased()
            #expect(headers.contains("content-type: application/openmetrics-text; version=1.0.0; charset=utf-8"))
            #expect(headers.contains("content-encoding: gzip"))
            let body = try exporter.get("/metrics", curl: "\(accept) --compressed")
            #expect(body.hasSuffix("# EOF\n"))
            #expect(try Peers.openMetricsParser(body).contains("process_cpu_seconds counter 1\n"))
        }
    }

    @Test func theOtherRoutesAnswer() throws {
        try TestThread.inNetworkNamespace {
            let exporter = try ExporterProcess(["--web.disable-exporter-metrics"])
            #expect(try exporter.get("/").contains("<th scope=\"row\">established</th>"))
            #expect(try exporter.get("/-/healthy", curl: "-o /dev/null -w '%{http_code}'") == "200")
            #expect(try exporter.get("/-/ready", curl: "-o /dev/null -w '%{http_code}'") == "200")
            #expect(try exporter.get("/nothing", curl: "-o /dev/null -w '%{http_code}'") == "404")
            #expect(try exporter.get("/metrics", curl: "-X POST -o /dev/null -w '%{http_code}'") == "405")
            #expect(try !exporter.get("/metrics").contains("process_"))
        }
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func aSignalStopsItWith0(_ signal: Int32) throws {
        let (exitCode, log) = try TestThread.inNetworkNamespace {
            let exporter = try ExporterProcess()
            _ = try exporter.get("/metrics")
            return (exporter.stop(signal: signal), exporter.log)
        }
        #expect(exitCode == 0)
        #expect(log.contains("msg=Stopped"))
    }

    @Test func theChoiceOfTheSourceIsLoggedOnce() throws {
        let log = try TestThread.inNetworkNamespace {
            let exporter = try ExporterProcess(["--log.format", "json"])
            for _ in 0..<3 { _ = try exporter.get("/metrics") }
            _ = exporter.stop(signal: SIGTERM)
            return exporter.log
        }
        let choices = log.split(separator: "\n").filter { $0.contains("Counting TCP sockets") }
        #expect(choices.count == 1)
        if Privilege.runsBPFTests {
            #expect(choices.first?.contains(#""reason":"best available","sockets":"1","source":"bpf""#) == true)
        }
    }
}
