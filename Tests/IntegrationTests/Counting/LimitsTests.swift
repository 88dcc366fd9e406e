// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import KernelTestSupport
import Testing

/// The limits that the executable exposes, of the network namespace that it counts.
@Suite(.enabled(if: Privilege.runsRootTests, "needs root for network namespaces"))
struct LimitsTests {
    private static let sources = Privilege.runsBPFTests ? ["bpf", "netlink", "proc"] : ["netlink", "proc"]
    private static let success = "socket_scrape_collector_success{collector=\"limits\"}"

    /// A process in a namespace whose limits are unlike those of others.
    private func neighbour() throws -> Neighbour {
        try TestThread.inNetworkNamespace {
            _ = try Shell.output("echo 777 > /proc/sys/net/ipv4/tcp_max_tw_buckets")
            _ = try Shell.output("echo 40000 40009 > /proc/sys/net/ipv4/ip_local_port_range")
            return try Neighbour()
        }
    }

    /// `connect` fails while the gauges say ten of ten.
    @Test(arguments: sources)
    func anExhaustedPortRangeIsSeen(_ source: String) throws {
        let (scrape, refusal) = try TestThread.inNetworkNamespace {
            _ = try Shell.output("echo 40000 40009 > /proc/sys/net/ipv4/ip_local_port_range")
            let listener = try TestSocket()
            try listener.bind(port: 20_000)
            guard listen(listener.descriptor, 16) == 0 else { throw TestSystemError("listen") }
            let clients = try (0..<10).map { _ in
                let client = try TestSocket()
                try client.connect(to: 20_000)
                return client
            }
            let refusal = Result { try TestSocket().connect(to: 20_000) }
            return try withExtendedLifetime((listener, clients)) {
                (Exposition(try ExporterProcess.run(["--once", "--source", source]).output), refusal)
            }
        }
        let error = #expect(throws: TestSystemError.self) { try refusal.get() }
        #expect(error?.description == "connect: \(String(cString: strerror(EADDRNOTAVAIL)))")
        #expect(scrape[Self.success] == 1)
        #expect(scrape["socket_tcp_ephemeral_ports"] == 10)
        let expected: Double? = source == "proc" ? nil : 10
        #expect(scrape["socket_tcp_ephemeral_ports_in_use"] == expected)
        #expect(scrape["socket_tcp_busiest_destination_connections"] == expected)
    }

    @Test(arguments: sources)
    func limitsAreThoseOfTheNamespaceThatIsCounted(_ source: String) throws {
        let neighbour = try neighbour()
        let outcome = try TestThread.inNetworkNamespace {
            try ExporterProcess.run(["--once", "--source", source, "--netns", neighbour.namespaceFile])
        }
        #expect(outcome.exitCode == 0)
        let scrape = Exposition(outcome.output)
        #expect(scrape[Self.success] == 1)
        #expect(scrape["socket_tcp_time_wait_limit"] == 777)
        #expect(scrape["socket_tcp_ephemeral_ports"] == 10)
    }

    /// The exporter enters the namespace for these files alone, and before it gives up its privileges.
    @Test func withTheSourceProcTheyAreThoseOfProcfs() throws {
        let neighbour = try neighbour()
        let scrapes = try TestThread.inNetworkNamespace {
            let exporter = try ExporterProcess(
                ["--source", "proc", "--path.procfs", neighbour.directory, "--user", "nobody"])
            return try (0..<2).map { _ in Exposition(try exporter.get("/metrics")) }
        }
        for scrape in scrapes {
            #expect(scrape["socket_tcp_time_wait_limit"] == 777)
            #expect(scrape["socket_tcp_ephemeral_ports"] == 10)
        }
    }

    /// As systemd's `ProcSubset=pid` mounts it: without `sys`.
    @Test func whatIsNotInProcfsIsAFailureOfLimitsAlone() throws {
        let outcome = try TestThread.inNetworkNamespace {
            try ExporterProcess.run(
                ["--once", "--source", "netlink"],
                command: ExporterProcess.withProcfs("subset=pid") + [ExporterProcess.executable.path])
        }
        let scrape = Exposition(outcome.output)
        #expect(outcome.exitCode == 0)
        #expect(scrape[Self.success] == 0)
        #expect(scrape["socket_scrape_collector_success{collector=\"tcp\"}"] == 1)
        #expect(scrape["socket_tcp_time_wait_sockets"] == 0)
        #expect(scrape["socket_tcp_time_wait_limit"] == nil)
        #expect(
            outcome.errors.contains("/proc/sys/net does not exist: mount procfs without the option subset=pid"),
            "\(outcome.errors)")
    }

    @Test func aDisabledCollectorIsNotAsked() throws {
        let outcome = try TestThread.inNetworkNamespace {
            try ExporterProcess.run(["--once", "--source", "netlink", "--no-collector.limits"])
        }
        #expect(!outcome.output.contains("collector=\"limits\""))
        #expect(!outcome.output.contains("socket_tcp_time_wait_limit"))
    }
}
