// SPDX-License-Identifier: Apache-2.0

import Exposition
import Logging
import NIOCore
import ServiceLifecycle
import ServiceLifecycleTestKit

@testable import ScrapeServing

/// A server that runs while a test talks to it.
struct TestServer: Sendable {
    let addresses: [ListenAddress]
    let statistics: HTTPStatistics
    fileprivate let trigger: GracefulShutdownTestTrigger

    /// Where clients of the loopback interface reach the first address.
    var clientAddress: SocketAddress {
        get throws { try addresses[0].clientAddress }
    }

    /// Begins the graceful shutdown.
    func stop() {
        trigger.triggerGracefulShutdown()
    }

    func connect(reads: Bool = true) async throws -> TestClient {
        try await .connect(to: clientAddress, reads: reads)
    }

    /// Sends one request on a connection of its own.
    func request(
        _ target: String, method: String = "GET", headers: [String] = [], toHead: Bool = false
    ) async throws -> TestResponse? {
        let client = try await connect()
        let fields = (["Host: localhost"] + headers).map { $0 + "\r\n" }.joined()
        try await client.send("\(method) \(target) HTTP/1.1\r\n\(fields)\r\n")
        var responses = client.responses()
        let response = await responses.next(toHead: toHead)
        await client.close()
        return response
    }

    /// Comes back when the server works on so many requests and has seen all of their bytes.
    func hasInFlight(_ count: Int) async throws {
        while statistics.snapshot().inFlight != count { await Task.yield() }
        // The event loop answers this after the turn in which it counted the last of the requests.
        _ = try await request("/-/healthy")
    }
}

extension ListenAddress {
    var clientAddress: SocketAddress {
        get throws {
            switch endpoint {
            case .unix(let path): try SocketAddress(unixDomainSocketPath: path)
            case .tcp("", let port): try SocketAddress(ipAddress: "127.0.0.1", port: port)
            case .tcp(let host, let port): try .makeAddressResolvingHost(host, port: port)
            }
        }
    }
}

extension ScrapeServer.Configuration {
    /// A port that the system chooses on the loopback interface.
    static var loopback: ScrapeServer.Configuration {
        var configuration = ScrapeServer.Configuration()
        configuration.listenAddresses = [ListenAddress(unchecked: .tcp(host: "127.0.0.1", port: 0))]
        return configuration
    }
}

/// A logger that is silent.
let silentLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

extension Registry {
    /// A registry whose only metric is taken anew by each gather, on its thread, and never left out.
    static func test(gather: @escaping @Sendable () -> Int = { 7 }) throws -> Registry {
        struct Test: Collector {
            static let value = MetricDescription.gauge("test_value", help: "A value.")
            let name = "test"
            let metadata = [value]
            let gather: @Sendable () -> Int

            func collect(_ request: ScrapeRequest) -> Collected {
                Collected([MetricFamily(Self.value, .integer(gather()))])
            }
        }
        let registry = Registry()
        try registry.register(Test(gather: gather), .silent)
        return registry
    }
}

/// Runs a server of one value, then a test, then stops the server gracefully and waits for it.
func withServer<Result: Sendable>(
    _ configuration: ScrapeServer.Configuration = .loopback,
    gather: @escaping @Sendable () -> Int = { 7 },
    landingPage: (@Sendable (Int) -> String)? = { "<p>\($0)</p>" },
    _ test: @Sendable (TestServer) async throws -> Result
) async throws -> Result {
    let page = landingPage.map { page in
        LandingPage(title: "Test") { gathered in
            guard case .integer(let value)? = gathered.families.first?.samples.first?.value else { return "" }
            return page(value)
        }
    }
    return try await withServer(of: try .test(gather: gather), configuration, landingPage: page, test)
}

/// Runs a server of a registry, then a test, then stops the server gracefully and waits for it.
func withServer<Result: Sendable>(
    of registry: Registry, _ configuration: ScrapeServer.Configuration = .loopback,
    landingPage: LandingPage? = LandingPage(title: "Test"), logger: Logger = silentLogger,
    onGathered: (@Sendable (Gathered) -> Void)? = nil,
    _ test: @Sendable (TestServer) async throws -> Result
) async throws -> Result {
    try await testGracefulShutdown { trigger in
        let (listening, continuation) = AsyncStream.makeStream(of: [ListenAddress].self)
        let statistics = HTTPStatistics()
        let server = ScrapeServer(
            registry, configuration: configuration, logger: logger, statistics: statistics, landingPage: landingPage,
            onGathered: onGathered, onListening: { continuation.yield($0) })
        return try await withThrowingTaskGroup { group in
            group.addTask {
                defer { continuation.finish() }
                try await server.run()
            }
            guard let addresses = await listening.first(where: { _ in true }) else {
                try await group.waitForAll()
                throw CancellationError()
            }
            let result = try await test(
                TestServer(addresses: addresses, statistics: statistics, trigger: trigger))
            trigger.triggerGracefulShutdown()
            try await group.waitForAll()
            return result
        }
    }
}
