// SPDX-License-Identifier: Apache-2.0

import Foundation
import KernelTestSupport
import Testing

/// The exporter in an environment that lacks something.
@Suite(.timeLimit(.minutes(5))) struct ProcessTests {
    @Test func aLibraryThatMovesTheEnvironmentTakesNoOptionAway() throws {
        let library = try Peers.path("SOCKET_EXPORTER_PRELOAD")
        let exporter = try ExporterProcess(
            ["--web.disable-exporter-metrics"],
            command: ["LD_PRELOAD=\(library)", ExporterProcess.executable.path])
        #expect(!(try exporter.get("/metrics").contains("process_")))
        let outcome = try ExporterProcess.run(
            ["--bogus"], command: ["LD_PRELOAD=\(library)", ExporterProcess.executable.path])
        #expect(outcome.exitCode == 2)
    }

    @Test(arguments: ["()", "('',)"])
    func withoutEvenANameItIsNotStarted(_ arguments: String) throws {
        // Python refuses to pass an empty list itself.
        let script = """
            import ctypes, sys
            arguments = [name.encode() for name in \(arguments)] + [None]
            libc = ctypes.CDLL(None)
            libc.execve(sys.argv[1].encode(), (ctypes.c_char_p * len(arguments))(*arguments), (ctypes.c_char_p * 1)(None))
            """
        let outcome = try ExporterProcess.run([], command: ["python3", "-c", script, ExporterProcess.executable.path])
        #expect(outcome.exitCode == 2)
        #expect(
            outcome.errors
                == "socket_exporter: started with an empty list of arguments: start it with its name and its options\n")
    }

    @Test(
        .enabled(if: Privilege.runsRootTests, "needs root for a mount"),
        arguments: [["/proc"], ["/dev"], ["/proc", "/dev"]])
    func withoutAFileSystemItServes(_ missing: [String]) throws {
        let mounts = missing.map { "mount -t tmpfs none \($0)" }.joined(separator: " && ")
        for _ in 0..<5 {
            let exporter = try ExporterProcess(
                ["--source", "netlink"],
                command: [
                    "unshare", "--mount", "sh", "-c", "\(mounts) && exec \"$0\" \"$@\"",
                    ExporterProcess.executable.path,
                ])
            #expect(try exporter.get("/metrics").contains("socket_tcp_connections{"))
            #expect(exporter.stop(signal: SIGTERM) == 0)
        }
    }

    @Test(.enabled(if: Privilege.runsRootTests, "needs root for a PID namespace"))
    func asProcess1ItHeedsSIGTERMFromTheStart() throws {
        for _ in 0..<5 {
            // A process that is the first of its PID namespace takes no signal that it has no handler for.
            let script = """
                unshare --pid --fork --kill-child "$0" --source netlink --web.listen-address 127.0.0.1:0 2>&1 &
                unshare=$!
                until child=$(pgrep -P $unshare) && grep -q '^SigCgt:.*[4-7c-f]...$' /proc/$child/status 2>/dev/null; do :; done
                kill -TERM $child
                wait $unshare
                echo "exit $?"
                """
            let outcome = try ExporterProcess.run([], command: ["bash", "-c", script, ExporterProcess.executable.path])
            #expect(outcome.output.contains(/exit (0|143)\n$/), "\(outcome.output)")
        }
    }

    /// Exit codes and errors by the standard streams that are closed.
    @Test(arguments: [
        ("--once >&-", 1, "cannot write to standard output"), ("--version >&-", 1, ""), ("--help >&-", 1, ""),
        ("--once <&- | grep -c TYPE >/dev/null", 0, ""), ("--once >/dev/full", 1, "No space left on device"),
        ("--bogus 2>&-", 2, ""), ("--once <&- >&- 2>&-", 1, ""), ("--once >&- 2>&-", 1, ""),
    ])
    func whatCannotBePrintedIsAnError(_ arguments: String, _ exitCode: Int32, _ errors: String) throws {
        let outcome = try ExporterProcess.run(
            [],
            command: [
                "bash", "-c", "set -o pipefail; \"$0\" --source netlink \(arguments)", ExporterProcess.executable.path,
            ])
        #expect(outcome.exitCode == exitCode)
        #expect(errors.isEmpty || outcome.errors.contains(errors), "\(outcome.errors)")
    }

    /// A pipe that is full and does not block: the exporter waits until somebody reads, as the user that it is to be.
    @Test(.enabled(if: Privilege.runsRootTests, "needs root for --user"))
    func standardOutputIsWaitedForAsTheUserThatWasGiven() throws {
        let script = """
            import os, subprocess, sys, time
            \(PythonScript.fullPipe)
            exporter = subprocess.Popen([sys.argv[1], '--once', '--user', 'nobody'], stdout=writer)
            os.close(writer)
            def user():
                status = open(f'/proc/{exporter.pid}/status').read()
                return status.split('Uid:')[1].split()[1], status.split('CapEff:')[1].split()[0]
            while user()[0] == '0': time.sleep(0.01)
            time.sleep(0.2)
            print(user(), exporter.poll())
            output = open(reader, 'rb').read().lstrip(b'#\\n')
            print(exporter.wait(), output.count(b'\\ntime_wait_count{'), output.endswith(b'\\n'))
            """
        let outcome = try ExporterProcess.run([], command: ["python3", "-c", script, ExporterProcess.executable.path])
        #expect(
            outcome.output == "('65534', '0000000000000000') None\n0 1 True\n", "\(outcome.output)\(outcome.errors)")
    }

    @Test(.enabled(if: Privilege.runsRootTests, "needs root to become another user"))
    func anotherUserCannotBecomeWhoItLikes() throws {
        try ExporterProcess.withCopy { copy in
            let outcome = try ExporterProcess.run(
                ["--once", "--source", "netlink", "--user", "root"], command: ExporterProcess.asOrdinaryUser() + [copy])
            #expect(outcome.exitCode == 1)
            #expect(outcome.output.isEmpty)
            #expect(outcome.errors.contains("--user needs root"))
        }
    }
}
