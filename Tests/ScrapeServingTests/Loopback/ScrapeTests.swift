// SPDX-License-Identifier: Apache-2.0

import Exposition
import Logging
import NIOCore
import Synchronization
import Testing

@testable import ScrapeServing

/// Scrapes that select collectors, have deadlines, or lose their clients.
@Suite(.timeLimit(.minutes(5))) struct ScrapeTests {
    /// A collector that waits at a gate, and tells how often it was asked.
    private struct Slow: Collector {
        static let value = MetricDescription.gauge("slow_value", help: "S.")
        let name = "slow"
        let metadata = [value]
        let gate: Gate

        func collect(_ request: ScrapeRequest) -> Collected {
            gate.pass()
            return Collected([MetricFamily(Self.value, 1)])
        }
    }

    private struct Fast: Collector {
        static let value = MetricDescription.gauge("fast_value", help: "F.")
        let name = "fast"
        let metadata = [value]

        func collect(_ request: ScrapeRequest) -> Collected { Collected([MetricFamily(Self.value, 2)]) }
    }

    private let gate = Gate()
    private let registry: Registry

    init() throws {
        registry = Registry()
        // The fast one first: it is to be there whatever time the machine takes.
        try registry.register(Fast())
        try registry.register(Slow(gate: gate))
        try registry.collect(.gauge("disabled_value", help: "D."), name: "other") { [] }
    }

    private static let timeout = "X-Prometheus-Scrape-Timeout-Seconds: 2"

    @Test func `a collector that blocks is left out at the deadline, and the rest is served`() async throws {
        try await withServer(of: registry) { server in
            let text = try #require(try await server.request("/metrics", headers: [Self.timeout])?.text)
            #expect(text.contains("\nfast_value 2\n"))
            #expect(!text.contains("slow_value"))
            #expect(text.contains("scrape_collector_success{collector=\"slow\"} 0\n"))
            #expect(text.contains("scrape_collector_success{collector=\"fast\"} 1\n"))
            gate.open(times: 10)
        }
    }

    @Test func `a scrape of other collectors does not wait for one that blocks`() async throws {
        try await withServer(of: registry) { server in
            async let slow = server.request("/metrics")
            await gate.isReached()
            let text = try #require(try await server.request("/metrics?collect[]=fast")?.text)
            #expect(text.contains("\nfast_value 2\n"))
            #expect(!text.contains("collector=\"slow\""))
            #expect(!text.contains("collector=\"other\""))
            // Nor does one that cannot wait as long.
            let late = try #require(try await server.request("/metrics", headers: [Self.timeout])?.text)
            #expect(late.contains("scrape_collector_success{collector=\"slow\"} 0\n"))
            gate.open(times: 10)
            #expect(try await slow?.text.contains("\nslow_value 1\n") == true)
        }
    }

    @Test(arguments: [
        ("?collect[]=nope", "missing collector: nope\n"),
        ("?collect[]=fast&exclude[]=slow", "Combined collect and exclude queries are not allowed.\n"),
    ])
    func `a selection that cannot be is refused`(query: String, text: String) async throws {
        try await withServer(of: registry) { server in
            let response = try await server.request("/metrics" + query)
            #expect(response?.status == 400)
            #expect(try response?.text == text)
        }
    }

    @Test func `clients that have given up hold no slot, and the last one cancels the gather`() async throws {
        var configuration = ScrapeServer.Configuration.loopback
        configuration.maxRequests = 2
        let heard = Mutex(0)
        try await withServer(of: registry, configuration, onGathered: { _ in heard.withLock { $0 += 1 } }) { server in
            // Each leaves a gather that nobody waits for any more, and many more than the limit.
            for _ in 0..<10 {
                let client = try await server.connect()
                try await client.send("GET /metrics HTTP/1.1\r\nHost: h\r\n\r\n")
                await client.close()
            }
            let response = try await server.request("/metrics?exclude[]=slow")
            #expect(response?.status == 200)
            #expect(try response?.text.contains("\nfast_value 2\n") == true)
            gate.open(times: 100)
        }
    }

    @Test func `a client that has closed its side frees its slot and gets its answer`() async throws {
        var configuration = ScrapeServer.Configuration.loopback
        configuration.maxRequests = 1
        try await withServer(of: registry, configuration) { server in
            let client = try await server.connect()
            try await client.send("GET /metrics HTTP/1.1\r\nHost: h\r\n\r\n")
            await gate.isReached()
            #expect(try await server.request("/metrics?collect[]=fast")?.status == 503)
            try await client.closeOutput()
            while try await server.request("/metrics?collect[]=fast")?.status != 200 {}
            gate.open(times: 10)
            #expect(await client.readToEnd().contains("\nslow_value 1\n"))
        }
    }

    @Test func `a server whose clients have all given up stops at once`() async throws {
        var configuration = ScrapeServer.Configuration.loopback
        // It would be waited for until the end of the test's time.
        configuration.limits.gracePeriod = .seconds(3600)
        configuration.limits.requestTimeout = .seconds(3600)
        try await withServer(of: registry, configuration) { server in
            for count in 1...3 {
                let client = try await server.connect()
                try await client.send("GET /metrics HTTP/1.1\r\nHost: h\r\n\r\n")
                try await server.hasInFlight(count)
                await client.close()
            }
        }
        gate.open(times: 100)
    }

    @Test func `a slow collector is logged once`() async throws {
        let lines = LogLines()
        try await withServer(of: registry, logger: Logger(label: "test") { _ in lines }) { server in
            for _ in 0..<2 {
                _ = try await server.request("/metrics", headers: [Self.timeout])
            }
            let slow = lines.all.filter { $0.contains(" slow") }
            #expect(slow.count == 1)
            #expect(slow.first?.hasPrefix("error: Collector failed slow deadline") == true)
            gate.open(times: 100)
        }
    }

    @Test func `each gather is reported to onGathered`() async throws {
        gate.open(times: 100)
        let outcomes = Mutex<[[String]]>([])
        try await withServer(
            of: registry, onGathered: { gathered in outcomes.withLock { $0.append(gathered.outcomes.map(\.name)) } }
        ) { server in
            _ = try await server.request("/metrics")
            _ = try await server.request("/metrics?collect[]=fast")
        }
        #expect(outcomes.withLock { $0 } == [["fast", "slow", "other"], ["fast"]])
    }
}
