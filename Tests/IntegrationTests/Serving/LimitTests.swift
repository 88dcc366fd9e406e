// SPDX-License-Identifier: Apache-2.0

import Foundation
import KernelTestSupport
import Testing

/// The exporter under limits of its process.
@Suite(.enabled(if: Privilege.runsRootTests, "needs root to become another user"), .timeLimit(.minutes(5)))
struct LimitTests {
    /// Runs as a user of whom nothing else runs, with a limit: an option of prlimit.
    private func limited(_ limit: String, _ user: Int, copy: String) -> [String] {
        ["prlimit", limit] + ExporterProcess.asOrdinaryUser(user) + [copy]
    }

    @Test(arguments: 1...3)
    func tooFewThreadsExitWith1AndOneSentence(_ threads: Int) throws {
        try ExporterProcess.withCopy { copy in
            let outcome = try ExporterProcess.run(
                ["--source", "netlink", "--web.listen-address", "127.0.0.1:0"],
                command: limited("--nproc=\(threads)", 64_213 + threads, copy: copy))
            #expect(outcome.exitCode == 1)
            let complaints = outcome.errors.split(separator: "\n").filter { !$0.contains("level=INFO") }
            #expect(complaints.count == 1, "\(outcome.errors)")
            #expect(complaints.first?.contains("thread") == true)
            #expect(complaints.first?.contains("pids.max") == true)
        }
    }

    @Test func whereNoThreadIsToBeHadLaterItServesAndEnds() throws {
        try ExporterProcess.withCopy { copy in
            let exporter = try ExporterProcess(
                ["--source", "netlink"], command: limited("--nproc=50", 64_213, copy: copy))
            let lower = ["prlimit", "--pid", "\(exporter.processID)", "--nproc=1:1"]
            #expect(try ExporterProcess.run([], command: ExporterProcess.asOrdinaryUser(64_213) + lower).exitCode == 0)
            #expect(try exporter.get("/metrics", curl: "--compressed").contains("socket_tcp_connections{"))
            #expect(exporter.stop(signal: SIGTERM) == 0)
        }
    }

    /// From too little for the dynamic linker to enough: the exporter serves, or says what is missing. It never
    /// crashes.
    @Test(arguments: [30, 50, 70, 90, 110, 130, 150, 170, 190, 210, 230, 250, 300, 400])
    func tooLittleAddressSpaceIsSaid(_ megabytes: Int) throws {
        let script = """
            ulimit -v \(megabytes * 1000)
            "$0" --source netlink --web.listen-address 127.0.0.1:0 2>&1 &
            exporter=$!
            ulimit -v unlimited 2>/dev/null
            for attempt in $(seq 200); do kill -0 $exporter 2>/dev/null || break; sleep 0.01; done
            kill $exporter 2>/dev/null; wait $exporter; echo "exit $?"
            """
        let outcome = try ExporterProcess.run([], command: ["bash", "-c", script, ExporterProcess.executable.path])
        let lines = outcome.output.split(separator: "\n")
        switch lines.last {
        case "exit 0": #expect(outcome.output.contains("msg=Stopped"))
        case "exit 1": #expect(outcome.output.contains(/level=ERROR msg=".*ulimit -v/), "\(outcome.output)")
        case "exit 127": #expect(outcome.output.contains("error while loading shared libraries"), "\(outcome.output)")
        default: Issue.record("\(outcome.output)\(outcome.errors)")
        }
    }

    /// The limit of connections gives way to that of open files: a scraper finds room beside clients that are silent.
    @Test func fewDescriptorsAndManySilentClientsLeaveRoomForScrapes() throws {
        let exporter = try ExporterProcess(
            ["--source", "netlink"], command: ["prlimit", "--nofile=40:40", ExporterProcess.executable.path])
        let script = """
            import socket, sys, urllib.request
            host, port = sys.argv[1].split(':')
            silent = [socket.create_connection((host, int(port))) for _ in range(200)]
            for _ in range(5): print(urllib.request.urlopen(f'http://{host}:{port}/metrics', timeout=20).status)
            """
        let scrapes = try ExporterProcess.run([], command: ["python3", "-c", script, exporter.address])
        #expect(scrapes.output == "200\n200\n200\n200\n200\n", "\(scrapes.errors)")
        #expect(exporter.log.contains("Fewer connections than configured"))
        #expect(!exporter.log.contains("not accepting connections"))
    }

    @Test func aLogFileThatIsFullHoldsNothingUp() throws {
        let script = "exporter=$0; shift 0; ulimit -f 1; exec \"$exporter\" \"$@\""
        let exporter = try ExporterProcess(
            ["--source", "netlink", "--log.level", "debug"],
            command: ["bash", "-c", script, ExporterProcess.executable.path])
        for _ in 0..<20 { _ = try exporter.get("/" + String(repeating: "x", count: 150)) }
        let dropped = Exposition(try exporter.get("/metrics"))["socket_exporter_dropped_log_lines_total"] ?? 0
        #expect(dropped > 0)
        #expect(exporter.stop(signal: SIGTERM) == 0)
    }

    @Test func theSoftLimitOfOpenFilesIsRaised() throws {
        let exporter = try ExporterProcess(
            ["--source", "netlink"], command: ["prlimit", "--nofile=40:2000", ExporterProcess.executable.path])
        #expect(Exposition(try exporter.get("/metrics"))["process_max_fds"] == 1024)
        #expect(!exporter.log.contains("Fewer connections"))
    }

    /// A pipe that is full, and that nobody reads.
    @Test(arguments: ["info", "debug"])
    func aLogThatNobodyReadsHoldsNothingUp(_ level: String) throws {
        let script = """
            import os, signal, subprocess, sys, time, urllib.request, urllib.error
            \(PythonScript.fullPipe)
            os.set_blocking(writer, True)
            port = int(sys.argv[2])
            exporter = subprocess.Popen(
                [sys.argv[1], '--source', 'netlink', '--log.level', sys.argv[3], '--web.listen-address', f'127.0.0.1:{port}'],
                stderr=writer)
            def get(path):
                try: return urllib.request.urlopen(f'http://127.0.0.1:{port}{path}', timeout=20)
                except urllib.error.HTTPError as error: return error
            while True:
                try: get('/-/ready'); break
                except urllib.error.URLError: time.sleep(0.05)
            # Each is a line at level debug, and more than the queue holds.
            for _ in range(3000): assert get('/' + 'x' * 150).code == 404
            text = get('/metrics').read().decode()
            print([line for line in text.split('\\n') if line.startswith('socket_exporter_dropped')][0].split()[1] != '0')
            exporter.send_signal(signal.SIGTERM)
            print(exporter.wait(20))
            """
        let port = Int.random(in: 20_000..<32_000)
        let outcome = try ExporterProcess.run(
            [], command: ["python3", "-c", script, ExporterProcess.executable.path, "\(port)", level])
        #expect(outcome.output == (level == "debug" ? "True\n0\n" : "False\n0\n"), "\(outcome.errors)")
    }
}
