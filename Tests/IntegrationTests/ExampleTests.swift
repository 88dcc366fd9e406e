// SPDX-License-Identifier: Apache-2.0

import Foundation
import KernelTestSupport
import Testing

/// The examples that are targets of this package, as a reader of them would try them.
@Suite(.enabled(if: Privilege.runsRootTests, "needs root for a network namespace"))
struct ExampleTests {
    /// An example that serves metrics until this object goes, started from the calling thread.
    private final class ExampleProcess {
        private let process = Process()
        let address: String

        init(_ name: String) throws {
            let output = Pipe()
            process.executableURL = ExporterProcess.executable.deletingLastPathComponent()
                .appendingPathComponent(name)
            process.arguments = ["0"]
            process.standardOutput = output
            try process.run()
            // One line, or nothing when it ends.
            let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
            guard let address = line.firstMatch(of: /http:\S+/) else {
                throw ExporterProcessError(description: "\(name) does not listen; it printed: \(line)")
            }
            self.address = String(address.0)
        }

        deinit {
            if process.isRunning {
                process.terminate()
                process.waitUntilExit()
            }
        }

        func get(_ options: String = "") throws -> String {
            try Shell.output("curl -sS --max-time 20 \(options) '\(address)'")
        }
    }

    @Test func theNIOServerTellsOfItsOwnSocketsAlone() throws {
        let (before, during, openMetrics, hello, missing) = try TestThread.inNetworkNamespace {
            let server = try ExampleProcess("NIOServer")
            let before = try server.get()
            // Of other processes: this one, and another.
            let population = TestPopulation()
            try population.everyState()
            let other = try OtherProcess(connections: 3, to: TestSocket.listener())
            // Three connections that the server has open, and one more that its client closed.
            guard let port = URL(string: server.address)?.port.flatMap({ UInt16($0) }) else {
                throw ExporterProcessError(description: "no port in \(server.address)")
            }
            let clients = try (0..<3).map { _ in
                let client = try TestSocket()
                try client.connect(to: port)
                // An answer shows that the connection was accepted.
                try client.send(request: "GET / HTTP/1.1\r\nHost: example\r\n\r\n")
                return client
            }
            return try withExtendedLifetime((population, other, clients)) {
                (
                    before, try server.get(), try server.get("-H 'Accept: application/openmetrics-text;version=1.0.0'"),
                    try Shell.output("curl -sS '\(server.address.dropLast("metrics".count))'"),
                    try Shell.output("curl -sS -o /dev/null -w '%{http_code}' '\(server.address)/nothing'")
                )
            }
        }
        #expect(Exposition(before)["ipv4", "listen"] == 1)
        #expect(Exposition(before)["ipv4", "established"] == 1)
        #expect(Exposition(during)["ipv4", "listen"] == 1)
        #expect(Exposition(during)["ipv4", "established"] == 4)
        for state in ["syn_sent", "close_wait", "fin_wait1", "last_ack"] {
            #expect(Exposition(during)["ipv4", state] == 0)
            #expect(Exposition(during)["ipv6", state] == 0)
        }
        #expect(try Peers.promtool(during) == "")
        #expect(try Peers.openMetricsParser(openMetrics).contains("socket_tcp_connections gauge 22\n"))
        #expect(hello == "Hello\n")
        #expect(missing == "404")
    }
}
