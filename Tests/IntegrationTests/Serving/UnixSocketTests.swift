// SPDX-License-Identifier: Apache-2.0

import Foundation
import KernelTestSupport
import Testing

@Suite(.enabled(if: Privilege.runsRootTests, "needs root to become another user"), .timeLimit(.minutes(5)))
struct UnixSocketTests {
    /// Passes a new directory of root's, which others may enter.
    private func withDirectory(mode: String = "755", _ body: (String) throws -> Void) throws {
        let directory = try Shell.output("mktemp -d").trimmingCharacters(in: .newlines)
        defer { _ = try? Shell.output("rm -r '\(directory)'") }
        _ = try Shell.output("chmod \(mode) '\(directory)'")
        try body(directory)
    }

    private func facts(_ path: String) throws -> String {
        try Shell.output("stat -c '%a %U:%G' '\(path)'").trimmingCharacters(in: .newlines)
    }

    private func ready(_ path: String, as user: [String] = []) throws -> String {
        let command = user + ["curl", "-sS", "--max-time", "20", "--unix-socket", path, "http://localhost/-/ready"]
        return try ExporterProcess.run([], command: command).output
    }

    @Test(arguments: [
        ([String](), "660"), (["--web.unix-socket-mode", "0600"], "600"), (["--web.unix-socket-mode=0777"], "777"),
    ])
    func theFileHasItsModeWhateverTheUmask(_ arguments: [String], _ mode: String) throws {
        try withDirectory { directory in
            let exporter = try ExporterProcess(
                ["--source", "netlink", "--web.listen-address", "unix:\(directory)/s"] + arguments,
                command: ["sh", "-c", "umask 077; exec \"$0\" \"$@\"", ExporterProcess.executable.path])
            #expect(try facts("\(directory)/s") == "\(mode) root:root")
            #expect(exporter.stop(signal: SIGTERM) == 0)
            #expect(access("\(directory)/s", F_OK) != 0)
        }
    }

    @Test func inADirectoryOfRootsItIsTheUsersAndIsReplacedAtTheNextStart() throws {
        try withDirectory { directory in
            for _ in 0..<2 {
                let exporter = try ExporterProcess(
                    ["--source", "netlink", "--user", "nobody", "--web.listen-address", "unix:\(directory)/s"])
                #expect(try facts("\(directory)/s") == "660 nobody:nogroup")
                #expect(try ready("\(directory)/s", as: ExporterProcess.asOrdinaryUser()) == "Ready.\n")
                #expect(exporter.stop(signal: SIGTERM) == 0)
                // The user may not remove it there.
                #expect(access("\(directory)/s", F_OK) == 0)
            }
        }
    }

    @Test func aSocketOfAnotherUserIsAQuestionOfPermission() throws {
        try withDirectory(mode: "1777") { directory in
            let script = "import socket; s = socket.socket(socket.AF_UNIX); s.bind('\(directory)/s')"
            _ = try ExporterProcess.run([], command: ["sh", "-c", "umask 077; python3 -c \"\(script)\""])
            try ExporterProcess.withCopy { copy in
                for mode in ["600", "666"] {
                    _ = try Shell.output("chmod \(mode) '\(directory)/s'")
                    let outcome = try ExporterProcess.run(
                        ["--source", "netlink", "--web.listen-address", "unix:\(directory)/s"],
                        command: ExporterProcess.asOrdinaryUser() + [copy])
                    #expect(outcome.exitCode == 1)
                    #expect(outcome.errors.contains("the existing socket belongs to another user"), "\(outcome.errors)")
                }
            }
        }
    }

    @Test(arguments: [("127.0.0.1", "127.0.0.1"), ("127.0.0.1", ""), ("localhost", "0.0.0.0")])
    func twoAddressesThatCollideAreNamed(_ first: String, _ second: String) throws {
        let port = Int.random(in: 20_000..<32_000)
        let outcome = try ExporterProcess.run([
            "--source", "netlink", "--web.listen-address", "\(first):\(port)", "--web.listen-address",
            "\(second):\(port)",
        ])
        #expect(outcome.exitCode == 1)
        #expect(
            outcome.errors.contains(
                "cannot listen on \(second):\(port): it conflicts with the address \(first):\(port)"))
    }
}
