// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ScrapeServing

@Suite(.timeLimit(.minutes(5))) struct SlowClientTests {
    /// More than the buffers of both sockets hold.
    private static let page = String(repeating: "a", count: 32 << 20)

    @Test func `a client that leaves amid a large answer harms nobody`() async throws {
        try await withServer(landingPage: { _ in Self.page }) { server in
            let client = try await server.connect(reads: false)
            try await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            while server.statistics.snapshot().answered.isEmpty { await Task.yield() }
            await client.close()
            try await server.hasInFlight(0)
            #expect(try await server.request("/metrics")?.status == 200)
        }
    }

    @Test func `a client that never reads is closed`() async throws {
        var configuration = ScrapeServer.Configuration.loopback
        configuration.limits.writeTimeout = .milliseconds(200)
        try await withServer(configuration, landingPage: { _ in Self.page }) { server in
            let client = try await server.connect(reads: false)
            try await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            while server.statistics.snapshot().answered.isEmpty { await Task.yield() }
            try await server.hasInFlight(0)
            await client.close()
        }
    }

    @Test func `a slow client that sends more requests waits for its first answer`() async throws {
        try await withServer(landingPage: { _ in Self.page }) { server in
            let client = try await server.connect(reads: false)
            try await client.send(String(repeating: "GET / HTTP/1.1\r\nHost: h\r\n\r\n", count: 100))
            while server.statistics.snapshot().answered.isEmpty { await Task.yield() }
            // The other 99 are not even decoded.
            try await server.hasInFlight(1)
            #expect(server.statistics.snapshot().answered.map(\.requests) == [2])
            await client.close()
        }
    }
}
