// SPDX-License-Identifier: Apache-2.0

import Foundation
import KernelTestSupport
import Testing

struct CommandLineTests {
    @Test(arguments: [
        ["--bogus"], ["--web.listen-address", "nowhere"], ["--source", "magic"], ["--format", "table"],
        ["--log.level"], ["--web.max-requests=x"], ["--user", "no such user"], ["--path.procfs", ""], ["--netns", ""],
        ["--web.telemetry-path", "/é"], ["--web.telemetry-path", "/a\"b"],
        ["--web.telemetry-path", "/" + String(repeating: "a", count: 20_000)], ["--web.unix-socket-mode", "0999"],
        ["--web.listen-address", "http://x:80"], ["--web.listen-address", "a:1,b:2"],
    ])
    func wrongUsageExitsWith2AndOneSentence(_ arguments: [String]) throws {
        let outcome = try ExporterProcess.run(arguments)
        #expect(outcome.exitCode == 2)
        #expect(outcome.output.isEmpty)
        let lines = outcome.errors.split(separator: "\n")
        #expect(lines.count == 2, "\(outcome.errors)")
        #expect(lines.first?.hasPrefix("socket_exporter: ") == true)
        #expect(lines.last == "Try 'socket_exporter --help'.")
    }

    @Test func unreadableProcfsExitsWith1() throws {
        let outcome = try ExporterProcess.run(["--source", "proc", "--path.procfs", "/nonexistent", "--once"])
        #expect(outcome.exitCode == 1)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors == "socket_exporter: /nonexistent/net/tcp does not exist: is procfs mounted there?\n")
    }

    @Test(.enabled(if: Privilege.runsRootTests, "needs root for a network namespace"))
    func aTakenPortExitsWith1AndNamesTheAddress() throws {
        try TestThread.inNetworkNamespace {
            let listener = try TestSocket.listener()
            let outcome = try ExporterProcess.run(["--web.listen-address", "127.0.0.1:\(listener.port)"])
            #expect(outcome.exitCode == 1)
            let last = outcome.errors.split(separator: "\n").last ?? ""
            #expect(last.contains("level=ERROR msg=\"cannot listen on 127.0.0.1:\(listener.port): "), "\(last)")
            #expect(last.contains("in use"))
        }
    }

    @Test(arguments: 6...16)
    func tooFewDescriptorsExitWith1AndOneSentence(_ limit: Int) throws {
        let exporter = try ExampleProcess(
            "/bin/sh",
            [
                "-c", "ulimit -n \(limit); exec \"$0\" --source proc --web.listen-address 127.0.0.1:0",
                ExporterProcess.executable.path,
            ])
        #expect(exporter.exitCode() == 1)
        #expect(exporter.output.contains(/Too many open files\)?: .*ulimit -n/), "\(exporter.output)")
    }

    @Test(.enabled(if: Privilege.runsRootTests, "needs root for a seccomp filter"))
    func withoutSockDiagTheNetlinkSourceExitsWith1AndSaysWhatToDo() throws {
        let outcome = try TestThread.withoutNetlink { try ExporterProcess.run(["--source", "netlink", "--once"]) }
        #expect(outcome.exitCode == 1)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains("AF_NETLINK"))
        #expect(outcome.errors.split(separator: "\n").count == 1)
    }

    @Test func versionTellsWhatOperatorsExpect() throws {
        let outcome = try ExporterProcess.run(["--version"])
        #expect(outcome.exitCode == 0)
        #expect(outcome.output.contains(/^socket_exporter, version \d+\.\d+\.\d+ \(branch: .+, revision: .+\)\n/))
    }

    @Test func helpNamesEveryFlag() throws {
        let outcome = try ExporterProcess.run(["--help"])
        #expect(outcome.exitCode == 0)
        for flag in [
            "--web.listen-address", "--web.telemetry-path", "--web.max-requests", "--web.disable-exporter-metrics",
            "--source", "--path.procfs", "--user", "--collector.tcp.bound-inactive", "--log.level", "--log.format",
            "--once", "--netns", "--collector.udp", "--collector.udp.port-limit",
            "--collector.unix", "--collector.unix.listener-limit",
            "--format", "--version",
        ] {
            #expect(outcome.output.contains(flag), "\(flag)")
        }
    }
}
