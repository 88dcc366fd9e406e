// SPDX-License-Identifier: Apache-2.0

import Foundation
import KernelTestSupport
import Testing

/// `--netns`: another network namespace is counted, and the exporter listens in that of its start.
@Suite(.enabled(if: Privilege.runsRootTests, "needs root for a network namespace"))
struct NetworkNamespaceTests {
    /// A namespace with three half-closed connections of IPv6.
    private struct Target {
        let namespace: HeldNamespace
        let population: TestPopulation

        init() throws {
            (namespace, population) = try TestThread.inNetworkNamespace {
                let population = TestPopulation()
                for _ in 0..<3 { try population.halfClosed(.ipv6) }
                return (try HeldNamespace(), population)
            }
        }
    }

    private static let sources = Privilege.runsBPFTests ? ["bpf", "netlink", "proc"] : ["netlink", "proc"]

    private func expectTarget(_ scrape: Exposition) {
        #expect(scrape["ipv6", "close_wait"] == 3)
        #expect(scrape["ipv6", "fin_wait2"] == 3)
        #expect(scrape["ipv6", "listen"] == 3)
        #expect(scrape["ipv4", "listen"] == 0)
        #expect(scrape["ipv4", "established"] == 0)
        #expect(scrape["socket_exporter_sockstat_difference"] == 0)
    }

    @Test(arguments: sources, [[], ["--user", "nobody"]])
    func itIsCountedWhileTheExporterListensElsewhere(_ source: String, _ arguments: [String]) throws {
        let target = try Target()
        let (here, scrapes, listeners, namespaces, capabilities) = try TestThread.inNetworkNamespace {
            let exporter = try ExporterProcess(["--source", source, "--netns", target.namespace.path] + arguments)
            let first = Exposition(try exporter.get("/metrics"))
            try TestThread.inNetworkNamespace(of: target.namespace.path) { try target.population.timeWait(.ipv6) }
            return (
                try HeldNamespace(), [first, Exposition(try exporter.get("/metrics"))],
                try Shell.output("ss -tlnH | awk '{ print $4 }'"),
                try Shell.output("readlink /proc/\(exporter.processID)/task/*/ns/net").split(separator: "\n"),
                try Shell.output("grep -h CapEff /proc/\(exporter.processID)/task/*/status | sort -u")
            )
        }
        expectTarget(scrapes[0])
        #expect(scrapes[0]["ipv6", "time_wait"] == 0)
        #expect(scrapes[1]["ipv6", "time_wait"] == 1)
        #expect(scrapes[1]["socket_exporter_sockstat_difference"] == 0)
        for collector in ["tcp", "udp", "unix", "sockstat", "process"] {
            #expect(scrapes[1]["socket_scrape_collector_success{collector=\"\(collector)\"}"] == 1, "\(collector)")
        }
        #expect(listeners.split(separator: "\n").count == 1)
        #expect(listeners.hasPrefix("127.0.0.1:"))
        #expect(namespaces.count > 1)
        #expect(Set(namespaces) == ["net:[\(target.namespace.inode)]"])
        #expect(here.inode != target.namespace.inode)
        #expect(capabilities == "CapEff:\t0000000000000000\n")
    }

    @Test(arguments: sources)
    func oneScrapeIsOfIt(_ source: String) throws {
        let target = try Target()
        let outcome = try TestThread.inNetworkNamespace {
            let listener = try TestSocket.listener()
            return try withExtendedLifetime(listener) {
                try ExporterProcess.run(["--once", "--source", source, "--netns", target.namespace.path])
            }
        }
        #expect(outcome.errors.isEmpty)
        #expect(outcome.exitCode == 0)
        withExtendedLifetime(target) { expectTarget(Exposition(outcome.output)) }
    }

    /// The counted namespace is `self`, and that of the start is one of the others.
    @Test(arguments: Privilege.runsBPFTests ? ["bpf", "netlink"] : ["netlink"])
    func allOthersAreToldBeside(_ source: String) throws {
        let target = try Target()
        let (start, scrape) = try TestThread.inNetworkNamespace {
            // A process there, beside the exporter that has left: over netlink a namespace is found by one.
            let member = try NamespaceMember()
            let exporter = try ExporterProcess(
                ["--source", source, "--netns", target.namespace.path, "--netns.all", "--user", "nobody"])
            let scrape = Exposition(try exporter.get("/metrics"))
            return (member, scrape)
        }
        expectTarget(scrape)
        #expect(scrape["socket_netns_tcp_connections{netns=\"self\",state=\"close_wait\"}"] == 3)
        #expect(scrape["socket_netns_tcp_connections{netns=\"self\",state=\"established\"}"] == 0)
        // The exporter's listener, and both ends of the scrape.
        // By its number, or by the cgroup that these tests run in.
        func neighbours(_ state: String) -> [Double] {
            scrape.samples.filter { key, _ in
                key.hasPrefix("socket_netns_tcp_connections{") && key.hasSuffix(",state=\"\(state)\"}")
                    && (key.contains("netns=\"net:[\(start.inode)]") || key.contains("netns=\"/"))
            }.map(\.value)
        }
        #expect(neighbours("listen").contains { $0 >= 1 })
        #expect(neighbours("established").contains { $0 >= 2 })
    }

    @Test func aTakenPortOfTheStartIsAnError() throws {
        let target = try Target()
        let (port, outcome) = try TestThread.inNetworkNamespace {
            let listener = try TestSocket.listener()
            let arguments = ["--web.listen-address", "127.0.0.1:\(listener.port)", "--netns", target.namespace.path]
            return try withExtendedLifetime(listener) { (listener.port, try ExporterProcess.run(arguments)) }
        }
        #expect(outcome.exitCode == 1)
        let last = outcome.errors.split(separator: "\n").last ?? ""
        #expect(last.contains("level=ERROR msg=\"cannot listen on 127.0.0.1:\(port): the port is in use"), "\(last)")
    }

    @Test func aLowPortNeedsNoCapabilityLater() throws {
        let target = try Target()
        let (capabilities, address) = try TestThread.inNetworkNamespace {
            let exporter = try ExporterProcess(["--netns", target.namespace.path, "--user", "nobody"], port: 80)
            _ = try exporter.get("/metrics")
            return (
                try Shell.output("grep -h CapEff /proc/\(exporter.processID)/task/*/status | sort -u"),
                exporter.address
            )
        }
        #expect(capabilities == "CapEff:\t0000000000000000\n")
        #expect(address == "127.0.0.1:80")
    }

    /// Each address has its socket, and a Unix socket is the user's as without `--netns`.
    @Test func everyAddressIsServed() throws {
        let target = try Target()
        let path = "/tmp/\(UUID().uuidString)"
        try TestThread.inNetworkNamespace {
            let exporter = try ExporterProcess(
                [
                    "--web.listen-address", "127.0.0.1:0", "--web.listen-address", "localhost:0",
                    "--web.listen-address", ":0", "--web.listen-address", "unix:\(path)", "--netns",
                    target.namespace.path, "--user", "nobody",
                ])
            #expect(try Shell.output("stat -c %u \(path)") == "65534\n")
            let ports = try Shell.output("ss -tlnH | awk '{ sub(/.*:/, \"\", $4); print $4 }'").split(separator: "\n")
            #expect(ports.count == 4)
            for address in ports.map({ "http://127.0.0.1:\($0)" }) + ["--unix-socket \(path) http://localhost"] {
                expectTarget(Exposition(try Shell.output("curl -sS --max-time 20 \(address)/metrics")))
            }
            #expect(exporter.stop(signal: SIGTERM) == 0)
        }
        #expect(access(path, F_OK) != 0)
    }

    @Test(arguments: [
        ("/nonexistent/namespace", "No such file or directory"), ("/etc/passwd", "not the file of a namespace"),
        ("/tmp", "not the file of a namespace"), ("/proc/self/ns/mnt", "a namespace of another kind"),
    ])
    func whatCannotBeEnteredIsNamed(_ path: String, _ reason: String) throws {
        for arguments in [["--once"], ["--web.listen-address", "127.0.0.1:0"]] {
            let outcome = try ExporterProcess.run(arguments + ["--netns", path])
            #expect(outcome.exitCode == 1)
            #expect(outcome.output.isEmpty)
            let last = outcome.errors.split(separator: "\n").last ?? ""
            #expect(last.contains("the network namespace '\(path)' cannot be entered: "), "\(last)")
            #expect(last.contains(reason), "\(last)")
        }
    }

    @Test func aFIFODoesNotHoldItUp() throws {
        let path = "/tmp/\(UUID().uuidString)"
        #expect(mkfifo(path, 0o600) == 0)
        defer { unlink(path) }
        let outcome = try ExporterProcess.run(["--once", "--netns", path])
        #expect(outcome.exitCode == 1)
        #expect(outcome.errors.contains("not the file of a namespace"))
    }

    @Test func withoutPrivilegeItSaysWhatIsMissing() throws {
        let target = try TestThread.inNetworkNamespace { try Neighbour() }
        // A file that each user may open, as those under /run/netns are.
        let file = "/tmp/\(UUID().uuidString)"
        try Data().write(to: URL(fileURLWithPath: file))
        defer { unlink(file) }
        let mount = "mount --bind \(target.namespaceFile) \(file) && exec \"$@\" --netns \(file)"
        let (forbidden, unreadable) = try ExporterProcess.withCopy { copy in
            (
                try ExporterProcess.run(
                    ["--once"],
                    command: ["unshare", "--mount", "sh", "-c", mount, "sh"] + ExporterProcess.asOrdinaryUser() + [copy]
                ),
                try ExporterProcess.run(
                    ["--once", "--netns", target.namespaceFile], command: ExporterProcess.asOrdinaryUser() + [copy])
            )
        }
        #expect(forbidden.exitCode == 1)
        #expect(forbidden.errors.hasSuffix("Operation not permitted; start as root or with CAP_SYS_ADMIN\n"))
        #expect(unreadable.exitCode == 1)
        #expect(
            unreadable.errors.hasSuffix("Permission denied; start as root or with CAP_SYS_PTRACE and CAP_SYS_ADMIN\n"))
    }
}
