// SPDX-License-Identifier: Apache-2.0

import Foundation
import KernelTestSupport
import Testing

/// The privileges of the exporter while it serves.
@Suite(.enabled(if: Privilege.runsRootTests, "needs root, which the exporter gives up"))
struct PrivilegeTests {
    /// A field of the status of each thread of a process.
    private func status(_ field: String, of exporter: ExporterProcess) throws -> Set<[Substring]> {
        let lines = try Shell.output("cat /proc/\(exporter.processID)/task/*/status").split(separator: "\n")
        return Set(lines.filter { $0.hasPrefix("\(field):") }.map { Array($0.split(separator: "\t").dropFirst()) })
    }

    private static let nothing: Set<[Substring]> = [["0000000000000000"]]

    @Test(arguments: Privilege.runsBPFTests ? ["bpf", "netlink", "proc"] : ["netlink", "proc"])
    func noThreadKeepsACapability(_ source: String) throws {
        let (effective, permitted, ambient, users, scrape) = try TestThread.inNetworkNamespace {
            let exporter = try ExporterProcess(["--source", source])
            _ = try exporter.get("/metrics")
            let scrape = Exposition(try exporter.get("/metrics"))
            return (
                try status("CapEff", of: exporter), try status("CapPrm", of: exporter),
                try status("CapAmb", of: exporter),
                try status("Uid", of: exporter), scrape
            )
        }
        #expect(effective == Self.nothing)
        #expect(permitted == Self.nothing)
        #expect(ambient == Self.nothing)
        #expect(users == [["0", "0", "0", "0"]])
        #expect(scrape["ipv4", "listen"] == 1)
        #expect(scrape["socket_exporter_source_info{source=\"\(source)\",reason=\"requested\"}"] == 1)
    }

    @Test(arguments: Privilege.runsBPFTests ? ["bpf", "auto"] : ["auto"])
    func itGoesOnAsAnotherUser(_ source: String) throws {
        let (users, groups, effective, scrape) = try TestThread.inNetworkNamespace {
            let exporter = try ExporterProcess(["--source", source, "--user", "nobody"])
            _ = try exporter.get("/metrics")
            let scrape = Exposition(try exporter.get("/metrics"))
            return (
                try status("Uid", of: exporter), try status("Gid", of: exporter), try status("CapEff", of: exporter),
                scrape
            )
        }
        #expect(users == [["65534", "65534", "65534", "65534"]])
        #expect(groups == [["65534", "65534", "65534", "65534"]])
        #expect(effective == Self.nothing)
        #expect(scrape["ipv4", "established"] == 2)
        #expect(scrape["socket_scrape_collector_success{collector=\"process\"}"] == 1)
    }

    @Test(arguments: Privilege.runsBPFTests ? ["bpf", "netlink"] : ["netlink"])
    func otherNamespacesAreToldAsAnotherUser(_ source: String) throws {
        let (neighbour, listener) = try TestThread.inNetworkNamespace {
            (try NamespaceMember(), try TestSocket.listener())
        }
        let (effective, scrapes) = try TestThread.inNetworkNamespace {
            let exporter = try ExporterProcess(["--source", source, "--netns.all", "--user", "nobody"])
            return (
                try status("CapEff", of: exporter),
                try (0..<2).map { _ in Exposition(try exporter.get("/metrics")) }
            )
        }
        // CAP_SYS_ADMIN and CAP_SYS_PTRACE, which entering takes, and walking does not.
        #expect(effective == (source == "netlink" ? [["0000000000280000"]] : Self.nothing))
        for scrape in scrapes {
            // Its cookie may follow, or it is called by the cgroup of the test.
            let listening = scrape.samples.filter { key, value in
                key.hasPrefix("socket_netns_tcp_connections{") && key.contains("state=\"listen\"") && value >= 1
                    && (key.contains("netns=\"net:[\(neighbour.inode)]") || key.contains("netns=\"/"))
            }
            #expect(!listening.isEmpty)
            #expect(scrape["socket_netns_tcp_connections{netns=\"self\",state=\"listen\"}"] == 1)
        }
        withExtendedLifetime(listener) {}
    }

    @Test func namespacesThatCannotBeEnteredAreNamed() throws {
        let neighbour = try TestThread.inNetworkNamespace { try NamespaceMember() }
        let outcome = try ExporterProcess.run(
            ["--once", "--source", "netlink", "--netns.all"],
            command: ["setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin", ExporterProcess.executable.path])
        #expect(outcome.exitCode == 0)
        #expect(
            outcome.errors.contains(
                /the network namespaces? of \/\S+ (and of \d+ more )?cannot be entered \(Operation not permitted\): run as root/
            ),
            "\(outcome.errors)")
        withExtendedLifetime(neighbour) {}
    }

    @Test func aLowPortNeedsNoCapabilityThatIsKept() throws {
        let (effective, address) = try TestThread.inNetworkNamespace {
            let exporter = try ExporterProcess(["--user", "nobody"], port: 80)
            return (try status("CapEff", of: exporter), exporter.address)
        }
        #expect(effective == Self.nothing)
        #expect(address == "127.0.0.1:80")
    }

    @Test(.enabled(if: Privilege.runsBPFTests, "needs root and a kernel with BTF"))
    func withTwoCapabilitiesAnOrdinaryUserWalksTheTables() throws {
        let (allowed, refused) = try ExporterProcess.withCopy { copy in
            try TestThread.inNetworkNamespace {
                let arguments = ["--once", "--source", "bpf"]
                return (
                    try ExporterProcess.run(
                        arguments, command: ExporterProcess.asOrdinaryUser(capabilities: "+bpf,+perfmon") + [copy]),
                    try ExporterProcess.run(arguments, command: ExporterProcess.asOrdinaryUser() + [copy])
                )
            }
        }
        #expect(allowed.output.contains("source=\"bpf\""))
        #expect(refused.exitCode == 1)
        #expect(refused.errors.hasPrefix("socket_exporter: loading a BPF program is not permitted"))
        #expect(refused.errors.contains("CAP_BPF and CAP_PERFMON"))
    }
}
