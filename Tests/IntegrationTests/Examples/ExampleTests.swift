// SPDX-License-Identifier: Apache-2.0

import Foundation
import KernelTestSupport
import Testing

/// The examples that are targets of this package, as a reader of them would try them.
@Suite(.enabled(if: Privilege.runsRootTests, "needs root for a network namespace"))
struct ExampleTests {
    @Test func theNIOServerTellsOfItsOwnSocketsAlone() throws {
        let (before, during, openMetrics, hello, missing) = try TestThread.inNetworkNamespace {
            let server = try ExampleProcess(ExampleProcess.path("NIOServer"), ["0"])
            try server.wait { server.output.contains("/metrics\n") }
            let address = server.output.dropLast()
            let get = "curl -sS --max-time 20 '\(address)'"
            let before = try Shell.output(get)
            // Of other processes: this one, and another.
            let population = TestPopulation()
            try population.everyState()
            let other = try OtherProcess(connections: 3, to: TestSocket.listener())
            // Three connections that the server has open, and one more that its client closed.
            guard let port = URL(string: String(address))?.port.flatMap({ UInt16($0) }) else {
                throw ExporterProcessError(description: "no port in \(address)")
            }
            let clients = try (0..<3).map { _ in
                let client = try TestSocket()
                try client.connect(to: port)
                // An answer shows that the connection was accepted.
                try client.send(request: "GET / HTTP/1.1\r\nHost: example\r\n\r\n")
                return client
            }
            return try withExtendedLifetime((server, population, other, clients)) {
                (
                    before, try Shell.output(get),
                    try Shell.output("\(get) -H 'Accept: application/openmetrics-text;version=1.0.0'"),
                    try Shell.output("curl -sS '\(address.dropLast("metrics".count))'"),
                    try Shell.output("curl -sS -o /dev/null -w '%{http_code}' '\(address)/nothing'")
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
