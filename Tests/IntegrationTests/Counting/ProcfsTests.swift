// SPDX-License-Identifier: Apache-2.0

import Foundation
import KernelTestSupport
import Testing

/// Mounts of procfs that hide processes, or that belong to another network namespace.
@Suite(.enabled(if: Privilege.runsRootTests, "needs root for mounts and network namespaces"))
struct ProcfsTests {
    private static let sources = Privilege.runsBPFTests ? ["bpf", "netlink", "proc"] : ["netlink", "proc"]
    private static let directSources = Privilege.runsBPFTests ? ["auto", "bpf", "netlink"] : ["auto", "netlink"]

    // MARK: What is hidden

    /// As systemd's `ProcSubset=pid` mounts it: without `net`.
    @Test(arguments: sources)
    func aSubsetOfProcessesIsEnough(_ source: String) throws {
        let scrape = try TestThread.inNetworkNamespace {
            let population = TestPopulation()
            try population.halfClosed(.ipv6)
            return try withExtendedLifetime(population) {
                let exporter = try ExporterProcess(
                    ["--source", source, "--user", "nobody"],
                    command: ExporterProcess.withProcfs("subset=pid") + [ExporterProcess.executable.path])
                return Exposition(try exporter.get("/metrics"))
            }
        }
        #expect(scrape["ipv6", "close_wait"] == 1)
        #expect(scrape["ipv4", "listen"] == 1)
        #expect(scrape["socket_exporter_sockstat_difference"] == 0)
        for collector in ["tcp", "udp", "unix", "sockstat", "process"] {
            #expect(scrape["socket_scrape_collector_success{collector=\"\(collector)\"}"] == 1, "\(collector)")
        }
    }

    /// As systemd's `ProtectProc=invisible` mounts it, and `noaccess`.
    @Test(arguments: [
        ("hidepid=2", "which hides these (the mount option hidepid)"), ("hidepid=1", "processes cannot be seen"),
    ])
    func hiddenProcessesAreAFailureOfOtherNamespaces(_ option: String, _ reason: String) throws {
        let neighbour = try TestThread.inNetworkNamespace { try Neighbour() }
        let outcome = try ExporterProcess.withCopy { copy in
            try ExporterProcess.run(
                ["--once", "--source", "netlink", "--netns.all"],
                // A user of whom there is no other process, which would not be hidden.
                command: ExporterProcess.withProcfs(option) + ExporterProcess.asOrdinaryUser(64_999) + [copy])
        }
        let scrape = Exposition(outcome.output)
        #expect(outcome.exitCode == 0)
        #expect(scrape["socket_scrape_collector_success{collector=\"tcp\"}"] == 1)
        #expect(scrape["socket_scrape_collector_success{collector=\"sockstat\"}"] == 1)
        #expect(scrape["socket_scrape_collector_success{collector=\"netns\"}"] == 0)
        #expect(
            outcome.errors.contains(reason) && outcome.errors.contains("run as root or with CAP_SYS_PTRACE"),
            "\(outcome.errors)")
        withExtendedLifetime(neighbour) {}
    }

    @Test func nothingIsHiddenFromRoot() throws {
        let neighbour = try TestThread.inNetworkNamespace { try Neighbour() }
        let outcome = try ExporterProcess.run(
            ["--once", "--source", "netlink", "--netns.all"],
            command: ExporterProcess.withProcfs("hidepid=2") + [ExporterProcess.executable.path])
        #expect(outcome.exitCode == 0)
        #expect(!outcome.errors.contains("hidepid"))
        withExtendedLifetime(neighbour) {}
    }

    // MARK: Another namespace's

    /// A process in a namespace with two connections of IPv6 in FIN_WAIT2.
    private func neighbour() throws -> (Neighbour, TestPopulation) {
        try TestThread.inNetworkNamespace {
            let population = TestPopulation()
            for _ in 0..<2 { try population.halfClosed(.ipv6) }
            return (try Neighbour(), population)
        }
    }

    @Test(arguments: directSources)
    func whatWouldNotBeCountedIsRefused(_ source: String) throws {
        let (neighbour, population) = try neighbour()
        let (here, once, server) = try TestThread.inNetworkNamespace {
            let arguments = ["--source", source, "--path.procfs", neighbour.directory]
            return (
                try HeldNamespace(), try ExporterProcess.run(arguments + ["--once"]),
                try ExporterProcess.run(arguments + ["--web.listen-address", "127.0.0.1:0"])
            )
        }
        for outcome in [once, server] {
            #expect(outcome.exitCode == 1)
            #expect(outcome.output.isEmpty)
            let last = outcome.errors.split(separator: "\n").last ?? ""
            #expect(
                last.contains(
                    "--path.procfs \(neighbour.directory) is of the network namespace net:[\(neighbour.namespace.inode)], "
                        + "and the exporter counts net:[\(here.inode)]: use --netns \(neighbour.namespaceFile), "),
                "\(last)")
        }
        withExtendedLifetime(population) {}
    }

    @Test(arguments: sources)
    func withItsNamespaceItIsTaken(_ source: String) throws {
        let (neighbour, population) = try neighbour()
        let arguments = ["--once", "--source", source, "--path.procfs", neighbour.directory]
        let outcome = try TestThread.inNetworkNamespace {
            try ExporterProcess.run(arguments + ["--netns", neighbour.namespaceFile])
        }
        #expect(outcome.exitCode == 0)
        let scrape = Exposition(outcome.output)
        #expect(scrape["ipv6", "close_wait"] == 2)
        #expect(scrape["socket_exporter_sockstat_difference"] == 0)
        #expect(scrape["socket_scrape_collector_success{collector=\"udp\"}"] == 1)
        withExtendedLifetime(population) {}
    }

    @Test(arguments: sources)
    func aThirdNamespaceIsRefused(_ source: String) throws {
        let (neighbour, population) = try neighbour()
        let third = try TestThread.inNetworkNamespace { try HeldNamespace() }
        let outcome = try ExporterProcess.run(
            ["--once", "--source", source, "--path.procfs", neighbour.directory, "--netns", third.path])
        #expect(outcome.exitCode == 1)
        #expect(outcome.errors.contains("and the exporter counts net:[\(third.inode)]: "), "\(outcome.errors)")
        withExtendedLifetime(population) {}
    }

    /// It is the only one that counts, and counts what procfs tells of.
    @Test func theSourceProcAloneMayTellOfAnother() throws {
        let (neighbour, population) = try neighbour()
        let outcome = try TestThread.inNetworkNamespace {
            try ExporterProcess.run(["--once", "--source", "proc", "--path.procfs", neighbour.directory])
        }
        #expect(outcome.exitCode == 0)
        let scrape = Exposition(outcome.output)
        #expect(scrape["ipv6", "close_wait"] == 2)
        #expect(scrape["socket_exporter_sockstat_difference"] == 0)
        // UDP sockets come over netlink, and would be those of another namespace.
        #expect(scrape["socket_scrape_collector_success{collector=\"udp\"}"] == 0)
        #expect(!outcome.output.contains("socket_udp_sockets{"))
        let reason = "is of another: use --netns \(neighbour.namespaceFile), or --no-collector.udp"
        #expect(outcome.errors.contains(reason), "\(outcome.errors)")
        withExtendedLifetime(population) {}
    }

    @Test(arguments: directSources)
    func whatTellsOfNoNamespaceIsRefused(_ source: String) throws {
        let outcome = try ExporterProcess.run(["--once", "--source", source, "--path.procfs", "/tmp"])
        #expect(outcome.exitCode == 1)
        #expect(
            outcome.errors.hasPrefix(
                "socket_exporter: --path.procfs /tmp is not a mounted procfs (No such file"
            ),
            "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1)
    }

    /// A procfs of a PID namespace in which the exporter does not exist has no `self`.
    @Test func aStrangePIDNamespacesProcfsIsRefused() throws {
        let directory = String(try Shell.output("mktemp -d").dropLast())
        defer { rmdir(directory) }
        // The first process of the PID namespace lasts until the shell that started it ends.
        let script = """
            coproc unshare --pid --fork sh -c 'mount -t proc proc "$0" && echo && exec cat' "$0"
            read -r -u ${COPROC[0]} && "$@"; exit $?
            """
        func run(_ arguments: [String]) throws -> ExporterProcess.Outcome {
            try ExporterProcess.run(
                ["--once", "--source", "netlink"] + arguments,
                command: [
                    "unshare", "--mount", "--net", "bash", "-c", script, directory, ExporterProcess.executable.path,
                ])
        }
        let strange = try run(["--path.procfs", directory])
        #expect(strange.exitCode == 1)
        #expect(
            strange.errors == """
                socket_exporter: --path.procfs \(directory) is of a PID namespace in which the exporter does not exist: \
                use --path.procfs \(directory)/1 with --netns \(directory)/1/ns/net

                """)
        let advised = try run(["--path.procfs", "\(directory)/1", "--netns", "\(directory)/1/ns/net"])
        #expect(advised.errors.isEmpty)
        #expect(advised.exitCode == 0)
        #expect(Exposition(advised.output)["socket_scrape_collector_success{collector=\"sockstat\"}"] == 1)
    }
}
