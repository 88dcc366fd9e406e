// SPDX-License-Identifier: Apache-2.0

import Foundation
import KernelTestSupport
import Testing

/// UNIX sockets as the executable tells them.
@Suite(.enabled(if: Privilege.runsRootTests, "needs root for a network namespace"))
struct UNIXTests {
    private static let success = #"socket_scrape_collector_success{collector="unix"}"#

    /// The clients of a service that accepts nothing: what the alert of a backlog that fills is about.
    @Test func aBacklogThatFillsIsExposed() throws {
        let output = try TestThread.inNetworkNamespace {
            let name = [0] + Array("service \"a\"\n".utf8)
            let listener = try UNIXTestSocket.listener(name, backlog: 4)
            let clients = try (0..<5).map { _ in
                let client = try UNIXTestSocket()
                #expect(try client.connect(to: name))
                return client
            }
            #expect(try !UNIXTestSocket().connect(to: name))
            // Foundation would make UNIX sockets of its own for a process.
            return try withExtendedLifetime((listener, clients)) {
                try Shell.output("'\(ExporterProcess.executable.path)' --once")
            }
        }
        let scrape = Exposition(output)
        // A backslash for the exposition's own escaping, and one for the label's.
        let label = #"{path="@service \"a\"\\x0a"}"#
        #expect(scrape["socket_unix_listener_backlog\(label)"] == 5)
        #expect(scrape["socket_unix_listener_backlog_limit\(label)"] == 4)
        #expect(scrape[#"socket_unix_sockets{kind="stream",state="listen"}"#] == 1)
        #expect(scrape[#"socket_unix_sockets{kind="stream",state="established"}"#] == 5)
        #expect(scrape[#"socket_unix_sockets{kind="seqpacket",state="listen"}"#] == 0)
        #expect(scrape[#"socket_exporter_unix_source_info{source="netlink",reason="requested"}"#] == 1)
        #expect(scrape[#"socket_exporter_unix_scan_skipped_sockets{source="netlink",kind="kind"}"#] == 0)
        #expect(scrape[Self.success] == 1)
        let complaint = "time_wait_count non-histogram and non-summary metrics should not have \"_count\" suffix\n"
        #expect(try Peers.promtool(output) == complaint)
    }

    @Test func theLimitOfSeriesIsKept() throws {
        let output = try TestThread.inNetworkNamespace {
            let listeners = try (0..<10).map { try UNIXTestSocket.listener([0] + "name \($0)".utf8, backlog: 3) }
            let arguments = ["--once", "--collector.unix.listener-limit", "2"]
            return try withExtendedLifetime(listeners) { try ExporterProcess.run(arguments).output }
        }
        let scrape = Exposition(output)
        #expect(scrape[#"socket_unix_listener_backlog_limit{path="@name 0"}"#] == 3)
        #expect(scrape[#"socket_unix_listener_backlog_limit{path="@name 1"}"#] == 3)
        #expect(scrape[#"socket_unix_listener_backlog_limit{path="other"}"#] == 24)
        #expect(scrape[#"socket_exporter_folded_series_total{metric="socket_unix_listener_backlog"}"#] == 8)
    }

    @Test func itCanBeDisabled() throws {
        let output = try ExporterProcess.run(["--once", "--no-collector.unix"]).output
        #expect(!output.contains("\nsocket_unix_") && !output.contains("collector=\"unix\""))
    }

    /// The rest of the scrape is there without it.
    @Test func withoutNetlinkItFailsAlone() throws {
        let outcome = try TestThread.withoutNetlink { try ExporterProcess.run(["--once", "--source", "proc"]) }
        #expect(outcome.exitCode == 0)
        let scrape = Exposition(outcome.output)
        #expect(scrape[Self.success] == 0)
        #expect(scrape[#"socket_scrape_collector_success{collector="tcp"}"#] == 1)
        #expect(!outcome.output.contains("\nsocket_unix_"))
        let lines = outcome.errors.split(separator: "\n").filter { $0.contains("collector=unix") }
        #expect(lines.count == 1)
        #expect(lines.first?.contains("AF_NETLINK") == true, "\(outcome.errors)")
    }

    /// The files of the source proc tell of one namespace, and netlink would of another.
    @Test func besideAnotherNamespacesProcfsItFailsAlone() throws {
        let neighbour = try TestThread.inNetworkNamespace { try Neighbour() }
        let outcome = try ExporterProcess.run(["--once", "--source", "proc", "--path.procfs", neighbour.directory])
        #expect(outcome.exitCode == 0)
        let scrape = Exposition(outcome.output)
        #expect(scrape[Self.success] == 0)
        #expect(scrape[#"socket_scrape_collector_success{collector="tcp"}"#] == 1)
        #expect(!outcome.output.contains("\nsocket_unix_"))
        let line = outcome.errors.split(separator: "\n").first { $0.contains("collector=unix") } ?? ""
        #expect(line.contains("--netns \(neighbour.namespaceFile), or --no-collector.unix"), "\(outcome.errors)")
        withExtendedLifetime(neighbour) {}
    }
}
