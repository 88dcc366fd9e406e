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
        configuration.listenAddresses = [ListenAddress(.tcp(host: "127.0.0.1", port: 0))]
        return configuration
    }
}

/// Runs a server, then a test, then stops the server gracefully and waits for it.
func withServer<Result: Sendable>(
    _ configuration: ScrapeServer.Configuration = .loopback,
    gather: @escaping @Sendable () -> Int = { 7 },
    families: @escaping @Sendable (Int) -> [MetricFamily] = {
        [.init(.gauge("test_value", help: "A value."), .integer($0))]
    },
    landingPage: (@Sendable (Int) -> String)? = { "<p>\($0)</p>" },
    _ test: @Sendable (TestServer) async throws -> Result
) async throws -> Result {
    try await testGracefulShutdown { trigger in
        let (listening, continuation) = AsyncStream.makeStream(of: [ListenAddress].self)
        let statistics = HTTPStatistics()
        let server = ScrapeServer(
            configuration: configuration,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            statistics: statistics,
            gather: gather,
            families: families,
            landingPage: landingPage,
            onListening: { continuation.yield($0) }
        )
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
