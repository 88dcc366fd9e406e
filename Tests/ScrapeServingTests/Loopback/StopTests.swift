// SPDX-License-Identifier: Apache-2.0

import Exposition
import NIOCore
import NIOHTTP1
import Testing

@testable import ScrapeServing

@Suite(.timeLimit(.minutes(5))) struct StopTests {
    @Test func `an answer under way is finished, and no other connection is accepted`() async throws {
        let gate = Gate()
        try await withAddressOfItsOwn { address, keepSecondName in
            var configuration = ScrapeServer.Configuration()
            configuration.listenAddresses = [address]
            let second = try await withServer(
                configuration,
                gather: {
                    gate.pass()
                    return 7
                },
                { server in
                    let second = try keepSecondName()
                    await #expect(throws: Never.self) { try await TestClient.connect(to: second.clientAddress).close() }
                    let idle = try await server.connect()
                    async let scrape = server.request("/metrics")
                    await gate.isReached()
                    server.stop()
                    #expect(await idle.readToEnd().isEmpty)
                    gate.open()
                    let response = try await scrape
                    #expect(response?.status == 200)
                    #expect(response?.headers["connection"] == ["close"])
                    return second
                })
            await #expect(throws: (any Error).self) { try await TestClient.connect(to: second.clientAddress) }
        }
    }

    @Test func `a large answer that is being sent is finished`() async throws {
        let page = String(repeating: "a", count: 32 << 20)
        try await withServer(landingPage: { _ in page }) { server in
            let idle = try await server.connect()
            let client = try await server.connect(reads: false)
            try await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            while server.statistics.snapshot().answered.isEmpty { await Task.yield() }
            server.stop()
            #expect(await idle.readToEnd().isEmpty)
            try await client.channel.setOption(.autoRead, value: true).get()
            let answer = await client.readToEnd()
            #expect(answer.utf8.count > page.utf8.count)
        }
    }

    @Test func `a scrape that never ends is given up after the grace period`() async throws {
        let gate = Gate()
        var configuration = ScrapeServer.Configuration.loopback
        configuration.limits.gracePeriod = .milliseconds(100)
        try await withServer(
            configuration,
            gather: {
                gate.pass()
                return 7
            },
            { server in
                async let scrape = server.request("/metrics")
                await gate.isReached()
                server.stop()
                let response = try await scrape
                #expect(response == nil)
            })
        // The server is gone; the thread may go too.
        gate.open()
    }

    @Test func `a cancelled task stops its server`() async throws {
        try await withAddressOfItsOwn { address, keepSecondName in
            var configuration = ScrapeServer.Configuration()
            configuration.listenAddresses = [address]
            let (listening, continuation) = AsyncStream.makeStream(of: [ListenAddress].self)
            let server = ScrapeServer(
                Registry(), configuration: configuration, logger: silentLogger,
                onListening: { continuation.yield($0) })
            let run = Task { try await server.run() }
            _ = await listening.first { _ in true }
            let second = try keepSecondName()
            run.cancel()
            try await run.value
            await #expect(throws: (any Error).self) { try await TestClient.connect(to: second.clientAddress) }
        }
    }
}
