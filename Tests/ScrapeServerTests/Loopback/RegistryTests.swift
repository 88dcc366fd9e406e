// SPDX-License-Identifier: Apache-2.0

import Exposition
import Logging
import ServiceLifecycle
import ServiceLifecycleTestKit
import Synchronization
import Testing

@testable import ScrapeServer

@Suite(.timeLimit(.minutes(1))) struct RegistryTests {
    private struct Failure: Error {}

    /// Runs a server of a registry while a test gets its metrics.
    private func withServer(
        _ registry: Registry, logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        _ test: @Sendable (_ get: @Sendable (_ path: String) async throws -> TestResponse?) async throws -> Void
    ) async throws {
        try await testGracefulShutdown { trigger in
            let (listening, continuation) = AsyncStream.makeStream(of: [ListenAddress].self)
            let server = ScrapeServer(registry, port: 0, logger: logger, onListening: { continuation.yield($0) })
            try await withThrowingTaskGroup { group in
                group.addTask {
                    defer { continuation.finish() }
                    try await server.run()
                }
                let address = try #require(await listening.first { _ in true }?.first).clientAddress
                try await test { path in
                    let client = try await TestClient.connect(to: address)
                    try await client.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    var responses = client.responses()
                    let response = await responses.next()
                    await client.close()
                    return response
                }
                trigger.triggerGracefulShutdown()
                try await group.waitForAll()
            }
        }
    }

    @Test func `a scrape tells what the instruments hold now`() async throws {
        let registry = Registry()
        let gauge = try registry.gauge("time_wait_count", labels: ["type"], help: "T.")
        try gauge.labels("Linux").set(36)
        try await withServer(registry) { get in
            #expect(try await get("/metrics")?.text.hasSuffix("\ntime_wait_count{type=\"Linux\"} 36\n") == true)
            try gauge.labels("Linux").set(37)
            #expect(try await get("/metrics")?.text.hasSuffix("\ntime_wait_count{type=\"Linux\"} 37\n") == true)
            #expect(try await get("/-/ready")?.status == 200)
        }
    }

    @Test func `a collector that fails is left out and logged once`() async throws {
        final class Lines: Sendable, LogHandler {
            let all = Mutex<[String]>([])
            subscript(metadataKey _: String) -> Logger.Metadata.Value? {
                get { nil }
                set {}
            }
            var metadata: Logger.Metadata {
                get { [:] }
                set {}
            }
            var logLevel: Logger.Level {
                get { .warning }
                set {}
            }
            func log(event: LogEvent) { all.withLock { $0.append("\(event.level): \(event.message)") } }
        }
        let lines = Lines()
        let registry = Registry()
        let fails = Atomic(true)
        try registry.collect(.gauge("a", help: "A.")) {
            if fails.load(ordering: .relaxed) { throw Failure() }
            return [Sample(1)]
        }
        try registry.gauge("b", help: "B.").set(2)
        try await withServer(registry, logger: Logger(label: "test") { _ in lines }) { get in
            for _ in 0..<3 { #expect(try await get("/metrics")?.text.hasSuffix("gauge\nb 2\n") == true) }
            #expect(lines.all.withLock { $0 } == ["warning: The scrape does not show a: Failure()"])
            fails.store(false, ordering: .relaxed)
            #expect(try await get("/metrics")?.text.contains("\na 1\n") == true)
            fails.store(true, ordering: .relaxed)
            _ = try await get("/metrics")
            #expect(lines.all.withLock { $0.count } == 2)
        }
    }
}
