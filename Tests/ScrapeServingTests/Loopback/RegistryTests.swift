// SPDX-License-Identifier: Apache-2.0

import Exposition
import Logging
import NIOPosix
import Synchronization
import Testing

@testable import ScrapeServing

@Suite(.timeLimit(.minutes(5))) struct RegistryTests {
    private struct Failure: Error {}

    private final class Flag: Sendable {
        let isSet = Atomic(false)
    }

    @Test func `a scrape tells what the instruments hold now`() async throws {
        let registry = Registry()
        let gauge = try registry.gauge("time_wait_count", labels: ["type"], help: "T.")
        try gauge.labels("Linux").set(36)
        try await withServer(of: registry) { server in
            #expect(
                try await server.request("/metrics")?.text.hasSuffix("\ntime_wait_count{type=\"Linux\"} 36\n") == true)
            try gauge.labels("Linux").set(37)
            #expect(
                try await server.request("/metrics")?.text.hasSuffix("\ntime_wait_count{type=\"Linux\"} 37\n") == true)
            #expect(try await server.request("/-/ready")?.status == 200)
        }
    }

    @Test func `a collector that fails is left out and logged once`() async throws {
        let lines = LogLines()
        let registry = Registry()
        let fails = Atomic(true)
        try registry.collect(.gauge("a", help: "A.")) {
            if fails.load(ordering: .relaxed) { throw Failure() }
            return [Sample(1)]
        }
        try registry.gauge("b", help: "B.").set(2)
        try await withServer(of: registry, logger: Logger(label: "test") { _ in lines }) { server in
            for _ in 0..<3 { #expect(try await server.request("/metrics")?.text.contains("gauge\nb 2\n") == true) }
            #expect(lines.all == ["error: Collector failed a Failure()"])
            fails.store(false, ordering: .relaxed)
            #expect(try await server.request("/metrics")?.text.contains("\na 1\n") == true)
            _ = try await server.request("/metrics")
            #expect(lines.all.dropFirst() == ["info: Collector works again a"])
            // Within a minute it is no news again.
            for fail in [true, false, true] {
                fails.store(fail, ordering: .relaxed)
                _ = try await server.request("/metrics")
            }
            #expect(lines.all.count == 2)
        }
    }

    /// 8 threads update while 4 clients scrape: no scrape contradicts itself or the one before, and the last one is
    /// exact.
    @Test func `nothing is lost while clients scrape`() async throws {
        let (threads, updates) = (8, 10_000)
        let registry = Registry()
        let counter = try registry.counter("updates_total", labels: ["thread"], help: "U.")
        let histogram = try registry.histogram("sizes", buckets: [1, 2], help: "S.")
        let pool = NIOThreadPool(numberOfThreads: threads)
        pool.start()
        try await withServer(of: registry) { server in
            let done = Flag()
            try await withThrowingTaskGroup { group in
                group.addTask {
                    try await withThrowingTaskGroup { updaters in
                        for thread in 0..<threads {
                            updaters.addTask {
                                try await pool.runIfActive {
                                    for update in 0..<updates {
                                        try counter.labels("\((thread + update) % 3)").increment()
                                        histogram.observe(Double(update % 4))
                                    }
                                }
                            }
                        }
                        try await updaters.waitForAll()
                    }
                    done.isSet.store(true, ordering: .relaxed)
                }
                for _ in 0..<4 {
                    group.addTask {
                        var last = 0
                        repeat {
                            let values = Self.values(try #require(try await server.request("/metrics")?.text))
                            let all = try #require(values["sizes_count"])
                            #expect(all == values["sizes_bucket{le=\"+Inf\"}"])
                            #expect(all >= last)
                            last = all
                        } while !done.isSet.load(ordering: .relaxed)
                    }
                }
                try await group.waitForAll()
            }
            let values = Self.values(try #require(try await server.request("/metrics")?.text))
            let all = threads * updates
            #expect((0..<3).compactMap { values["updates_total{thread=\"\($0)\"}"] }.reduce(0, +) == all)
            #expect(values["sizes_bucket{le=\"1.0\"}"] == all / 2)
            #expect(values["sizes_bucket{le=\"2.0\"}"] == all * 3 / 4)
            #expect(values["sizes_sum"] == all * 3 / 2)
        }
        try await pool.shutdownGracefully()
    }

    /// The whole numbers of an exposition by their series.
    private static func values(_ text: String) -> [Substring: Int] {
        let pairs = text.split(separator: "\n").compactMap { line -> (Substring, Int)? in
            guard let space = line.lastIndex(of: " "), let value = Int(line[space...].dropFirst()) else { return nil }
            return (line[..<space], value)
        }
        return Dictionary(pairs) { first, _ in first }
    }
}
