// SPDX-License-Identifier: Apache-2.0

import Foundation
import KernelTestSupport
import Testing

/// The names that the exporter gives to the network namespaces of other processes.
@Suite(.enabled(if: Privilege.runsRootTests, "needs root for network namespaces"))
struct NamespaceNameTests {
    private static let cgroups = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].first {
        FileManager.default.fileExists(atPath: $0 + "/cgroup.controllers")
    }

    /// The samples of one scrape, made in a network namespace of its own.
    private func scrape(_ source: String) throws -> [Substring: Double] {
        try TestThread.inNetworkNamespace {
            let outcome = try ExporterProcess.run(["--once", "--source", source, "--netns.all"])
            #expect(outcome.exitCode == 0)
            return Exposition(outcome.output).samples
        }
    }

    @Test(arguments: Privilege.runsBPFTests ? ["bpf", "netlink"] : ["netlink"])
    func aNameIsThereWithoutASocketAndWithOne(_ source: String) throws {
        let name = "socket_exporter_\(source)_\(getpid())"
        _ = try Shell.output("ip netns add \(name)")
        defer { _ = try? Shell.output("ip netns delete \(name)") }
        func series(_ state: String) -> Substring {
            "socket_netns_tcp_connections{netns=\"\(name)\",state=\"\(state)\"}"
        }
        let empty = try scrape(source)
        #expect(empty[series("listen")] == 0)
        #expect(empty[series("established")] == 0)
        #expect(!empty.keys.contains { $0.hasPrefix("socket_tcp_listener_") && $0.contains(name) })
        let listener = try TestThread.inNetworkNamespace(of: "/run/netns/\(name)") { try TestSocket.listener() }
        #expect(try scrape(source)[series("listen")] == 1)
        withExtendedLifetime(listener) {}
    }

    @Test(.enabled(if: cgroups != nil, "needs a unified cgroup hierarchy"))
    func withoutANameItIsCalledByItsCgroup() throws {
        let name = "socket_exporter \"\(getpid())\""
        let directory = try #require(Self.cgroups) + "/\(name)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        defer {
            // It is busy until its processes have ended.
            for _ in 0..<1000 where rmdir(directory) != 0 && errno == EBUSY { usleep(10_000) }
        }
        // Two namespaces of one cgroup, with a listener on the same port in each.
        let script = """
            echo $$ > '\(directory)/cgroup.procs'
            for backlog in 3 4; do
                unshare --net sh -c 'ip link set lo up; exec python3 -c "
            import socket, sys
            listener = socket.create_server((str(), 8090), backlog='$backlog')
            sys.stdout.write(chr(10)); sys.stdout.flush(); sys.stdin.read()"' &
            done
            wait
            """
        let (process, input, output) = (Process(), Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        // A job in the background reads nothing, unless it is told to.
        process.arguments = ["-c", "exec 3<&0\n" + script.replacing("' &", with: "' <&3 &")]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        defer {
            try? input.fileHandleForWriting.close()
            process.waitUntilExit()
        }
        var ready = 0
        while ready < 2 {
            let data = output.fileHandleForReading.availableData
            try #require(!data.isEmpty, "the listeners have ended")
            ready += data.count
        }
        let scrapes = try (Privilege.runsBPFTests ? ["bpf", "netlink"] : ["netlink"]).map { try scrape($0) }
        let label = "netns=\"/" + name.replacing("\"", with: "\\\"") + "\""
        let listener = "{address=\"0.0.0.0\",port=\"8090\",\(label)}"
        for samples in scrapes {
            #expect(samples["socket_netns_tcp_connections{\(label),state=\"listen\"}"] == 2)
            #expect(samples["socket_tcp_listener_sockets\(listener)"] == 2)
            #expect(samples["socket_tcp_listener_backlog_limit\(listener)"] == 7)
            #expect(samples["socket_tcp_listener_full_sockets\(listener)"] == 0)
        }
    }
}
