// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing

@testable import ScrapeServing

@Suite(.timeLimit(.minutes(5))) struct ConcurrencyTests {
    @Test func `scrapes that arrive while one gathers share its result`() async throws {
        let gate = Gate()
        let gathers = Mutex(0)
        let responses = try await withServer(
            gather: {
                gate.pass()
                return gathers.withLock { count in
                    count += 1
                    return count
                }
            },
            { server in
                async let first = server.request("/metrics")
                await gate.isReached()
                async let second = server.request("/metrics")
                async let page = server.request("/")
                async let openMetrics = server.request("/metrics", headers: ["Accept: application/openmetrics-text"])
                try await server.hasInFlight(4)
                gate.open()
                let shared = try await [first, second, page, openMetrics].map { try $0?.text ?? "" }
                gate.open()
                return shared + [try await server.request("/metrics")?.text ?? ""]
            })
        #expect(responses[0].hasSuffix("test_value 1\n"))
        #expect(responses[1] == responses[0])
        #expect(responses[2].contains("\n<p>1</p>\n"))
        #expect(responses[3].hasSuffix("test_value 1\n# EOF\n"))
        #expect(responses[4].hasSuffix("test_value 2\n"))
        #expect(gathers.withLock { $0 } == 2)
    }

    @Test func `what is beyond the limit of requests is refused, and health is not`() async throws {
        let gate = Gate()
        var configuration = ScrapeServer.Configuration.loopback
        configuration.maxRequests = 2
        try await withServer(
            configuration,
            gather: {
                gate.pass()
                return 7
            },
            { server in
                async let first = server.request("/metrics")
                await gate.isReached()
                async let second = server.request("/")
                try await server.hasInFlight(2)
                let refused = try await server.request("/metrics")
                #expect(refused?.status == 503)
                #expect(try refused?.text == "Limit of concurrent requests reached (2), try again later.\n")
                #expect(try await server.request("/-/ready")?.status == 200)
                gate.open()
                #expect(try await first?.status == 200)
                #expect(try await second?.status == 200)
                // The slots are free again.
                gate.open()
                #expect(try await server.request("/metrics")?.status == 200)
            })
    }

    @Test func `clients that leave give their slots back`() async throws {
        let gate = Gate()
        var configuration = ScrapeServer.Configuration.loopback
        configuration.maxRequests = 1
        try await withServer(
            configuration,
            gather: {
                gate.pass()
                return 7
            },
            { server in
                for _ in 0..<3 {
                    let client = try await server.connect()
                    try await client.send("GET /metrics HTTP/1.1\r\nHost: h\r\n\r\n")
                    await gate.isReached()
                    await client.close()
                    gate.open()
                    try await server.hasInFlight(0)
                }
                gate.open()
                #expect(try await server.request("/metrics")?.status == 200)
            })
    }

    @Test func `idle connections beyond the limit give way`() async throws {
        var configuration = ScrapeServer.Configuration.loopback
        configuration.limits.openConnections = 100
        try await withServer(configuration) { server in
            var clients: [TestClient] = []
            for _ in 0..<600 { clients.append(try await server.connect()) }
            #expect(try await server.request("/metrics")?.status == 200)
            // The oldest was closed, the youngest can still be used.
            #expect(await clients[0].readToEnd().isEmpty)
            try await clients[599].send("GET /-/ready HTTP/1.1\r\nHost: h\r\n\r\n")
            var responses = clients[599].responses()
            #expect(await responses.next()?.status == 200)
            for client in clients { await client.close() }
        }
    }

    @Test func `a new connection is refused where all others are at work`() async throws {
        let gate = Gate()
        var configuration = ScrapeServer.Configuration.loopback
        configuration.limits.openConnections = 1
        try await withServer(
            configuration,
            gather: {
                gate.pass()
                return 7
            },
            { server in
                async let first = server.request("/metrics")
                await gate.isReached()
                let client = try await server.connect()
                #expect(await client.readToEnd().isEmpty)
                gate.open()
                #expect(try await first?.status == 200)
            })
    }
}
