// SPDX-License-Identifier: Apache-2.0

import Foundation
import KernelTestSupport
import Testing

/// The founding example, compared with the Python program that it replaces.
@Suite(.enabled(if: Privilege.runsRootTests, "needs root for a network namespace"))
struct TimeWaitExporterTests {
    private static let executable = ExampleProcess.path("TimeWaitExporter")

    private static func startPython(port: Int) throws -> ExampleProcess {
        let script = Repository.root.appendingPathComponent("Examples/TimeWaitExporter/time_wait_exporter.py")
        let netstat = URL(fileURLWithPath: try Peers.path("SOCKET_EXPORTER_NETSTAT")).deletingLastPathComponent()
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let process = try ExampleProcess(
            "/usr/bin/env", ["python3", script.path, "\(port)"],
            environment: [
                "PYTHONPATH": try Peers.path("SOCKET_EXPORTER_PYTHONPATH"), "PATH": "\(netstat.path):\(path)",
            ])
        // Asking it over HTTP would leave a connection in TIME_WAIT.
        try process.wait { try !Shell.output("ss -Hltn 'sport = :\(port)'").isEmpty }
        return process
    }

    @Test(arguments: [(0, 0), (3, 4)])
    func tellsTheSameNumberAsThePythonProgram(ipv4: Int, ipv6: Int) throws {
        try TestThread.inNetworkNamespace {
            let population = TestPopulation()
            for _ in 0..<ipv4 { try population.timeWait(.ipv4) }
            for _ in 0..<ipv6 { try population.timeWait(.ipv6) }
            let ours = try ExampleProcess(Self.executable)
            try ours.waitUntilListening()
            let python = try Self.startPython(port: 8091)
            // One curl, so that the connection to the first stays open, and out of TIME_WAIT, until the second has
            // counted.
            let text = try Shell.output(
                "curl -sS --max-time 20 http://127.0.0.1:8090/metrics http://127.0.0.1:8091/metrics")
            let series = text.matches(of: /(?m)^time_wait_count\{type="Linux"\} (\S+)$/).map { Double($0.1) }
            #expect(series == [Double(ipv4 + ipv6), Double(ipv4 + ipv6)])
            #expect(text.matches(of: /(?m)^# TYPE time_wait_count gauge$/).count == 2)
            withExtendedLifetime((population, ours, python)) {}
        }
    }

    @Test func strictReadersTakeItsExposition() throws {
        try TestThread.inNetworkNamespace {
            let ours = try ExampleProcess(Self.executable, ["9000"])
            try ours.waitUntilListening()
            let get = "curl -sS --max-time 20 http://127.0.0.1:9000/metrics"
            let accept = "-H 'Accept: application/openmetrics-text;version=1.0.0'"
            #expect(
                try Peers.openMetricsParser(Shell.output("\(get) \(accept)"))
                    == "time_wait_count gauge 1\nscrape_collector_duration_seconds gauge 1\nscrape_collector_success gauge 1\n"
            )
            #expect(
                try Peers.promtool(Shell.output(get))
                    == "time_wait_count non-histogram and non-summary metrics should not have \"_count\" suffix\n")
            withExtendedLifetime(ours) {}
        }
    }

    @Test func showsNoNumberWhereItCannotCount() throws {
        try TestThread.inNetworkNamespace {
            try TestThread.withoutNetlink {
                let ours = try ExampleProcess(Self.executable)
                try ours.waitUntilListening()
                let get = "curl -sS --max-time 20 -w '%{http_code}' http://127.0.0.1:8090/metrics"
                for _ in 0..<2 {
                    let answer = try Shell.output(get)
                    #expect(answer.hasSuffix("\nscrape_collector_success{collector=\"time_wait_count\"} 0\n200"))
                    #expect(!answer.contains("TYPE time_wait_count"))
                }
                try ours.wait { ours.output.contains("Collector failed") }
                #expect(ours.output.components(separatedBy: "collector=time_wait_count").count == 2)
            }
        }
    }

    @Test func saysWhatIsWrong() throws {
        try TestThread.inNetworkNamespace {
            let wrong = try ExampleProcess(Self.executable, ["70000"])
            #expect(wrong.exitCode() == 2)
            #expect(wrong.output == "usage: TimeWaitExporter [PORT]\n")
            let first = try ExampleProcess(Self.executable)
            try first.waitUntilListening()
            let second = try ExampleProcess(Self.executable)
            #expect(second.exitCode() == 1)
            #expect(second.output.contains("TimeWaitExporter: "))
            withExtendedLifetime(first) {}
        }
    }
}
