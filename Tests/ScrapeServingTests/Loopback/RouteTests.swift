// SPDX-License-Identifier: Apache-2.0

import Exposition
import NIOCore
import NIOHTTP1
import Testing

@testable import ScrapeServing

@Suite(.timeLimit(.minutes(5))) struct RouteTests {
    private static let exposition = """
        # HELP test_value A value.
        # TYPE test_value gauge
        test_value 7

        """

    @Test(arguments: [
        ("GET", "/metrics", 200), ("GET", "/", 200), ("GET", "/-/healthy", 200), ("GET", "/-/ready", 200),
        ("GET", "/metrics/", 404), ("GET", "/nothing", 404), ("POST", "/metrics", 405), ("DELETE", "/", 405),
    ])
    func `status`(method: String, target: String, status: Int) async throws {
        let response = try await withServer { try await $0.request(target, method: method) }
        #expect(response?.status == status)
    }

    @Test func `metrics`() async throws {
        let response = try #require(try await withServer { try await $0.request("/metrics") })
        #expect(response.headers["content-type"] == ["text/plain; version=0.0.4; charset=utf-8"])
        #expect(response.headers["vary"] == ["Accept, Accept-Encoding"])
        #expect(try response.text == Self.exposition)
    }

    @Test func `OpenMetrics where the client asks for it`() async throws {
        let accept = "Accept: application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,*/*;q=0.2"
        let response = try #require(try await withServer { try await $0.request("/metrics", headers: [accept]) })
        #expect(
            response.headers["content-type"]
                == ["application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores"])
        #expect(try response.text.hasSuffix("test_value 7\n# EOF\n"))
    }

    @Test func `landing page`() async throws {
        let response = try #require(try await withServer { try await $0.request("/?a=b") })
        #expect(response.headers["content-type"] == ["text/html; charset=utf-8"])
        #expect(response.headers["x-content-type-options"] == ["nosniff"])
        #expect(response.headers["content-security-policy"] == ["default-src 'none'; style-src 'unsafe-inline'"])
        #expect(try response.text.hasSuffix("</ul>\n<p>7</p>\n</body>\n</html>\n"))
    }

    @Test(arguments: [("/-/healthy", "Healthy.\n"), ("/-/ready", "Ready.\n")])
    func `health`(path: String, text: String) async throws {
        let response = try #require(try await withServer { try await $0.request(path) })
        #expect(try response.text == text)
    }

    @Test(arguments: ["/metrics", "/", "/-/healthy", "/nothing"])
    func `HEAD is GET without the body`(path: String) async throws {
        let (get, head) = try await withServer { server in
            (try await server.request(path), try await server.request(path, method: "HEAD", toHead: true))
        }
        #expect(head?.status == get?.status)
        #expect(head?.headers["content-length"] == get?.headers["content-length"])
        #expect(head?.headers["content-type"] == get?.headers["content-type"])
    }

    @Test(arguments: ["gzip", "identity"])
    func `HEAD tells the length that GET has in the same coding`(coding: String) async throws {
        let page = String(repeating: "socket ", count: 1000)
        let (get, head) = try await withServer(landingPage: { _ in page }) { server in
            let client = try await server.connect()
            try await client.send(
                "HEAD / HTTP/1.1\r\nHost: h\r\nAccept-Encoding: \(coding)\r\nConnection: close\r\n\r\n")
            return (
                try await server.request("/", headers: ["Accept-Encoding: \(coding)"]), await client.readToEnd()
            )
        }
        let length = try #require(get?.body.readableBytes)
        #expect((length < 1000) == (coding == "gzip"))
        #expect(head.hasSuffix("\r\n\r\n"))
        #expect(head.contains("Content-Length: \(length)\r\n"))
        #expect(head.contains("Content-Encoding: gzip\r\n") == (coding == "gzip"))
    }

    @Test(arguments: ["/metrics", "/", "/-/healthy", "/nothing"])
    func `every answer has a date`(path: String) async throws {
        let response = try await withServer { try await $0.request(path) }
        let date = try #require(response?.headers["date"])
        #expect(date.count == 1)
        #expect(
            date.first?.contains(/^(Sun|Mon|Tue|Wed|Thu|Fri|Sat), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/) == true
        )
    }

    @Test func `a wrong method is told the right ones`() async throws {
        let response = try await withServer { try await $0.request("/metrics", method: "POST") }
        #expect(response?.headers["allow"] == ["GET, HEAD"])
    }

    @Test(arguments: ["gzip", "GZIP", "x-gzip;q=1", "gzip;q=0.5, identity;q=0.5", "*"])
    func `a large body is compressed where the client takes that`(encoding: String) async throws {
        let page = String(repeating: "socket ", count: 1000)
        let response = try #require(
            try await withServer(landingPage: { _ in page }) { server in
                try await server.request("/", headers: ["Accept-Encoding: \(encoding)"])
            })
        #expect(response.headers["content-encoding"] == ["gzip"])
        #expect(response.body.readableBytes < 1000)
        #expect(try response.text.contains("\n\(page)\n"))
    }

    @Test(arguments: ["identity", "br", "gzip;q=0", "gzip;q=0, *", "gzipped", "identity;q=1, gzip;q=0.5"])
    func `a large body is not compressed where the client does not take that`(encoding: String) async throws {
        let page = String(repeating: "socket ", count: 1000)
        let response = try #require(
            try await withServer(landingPage: { _ in page }) { server in
                try await server.request("/", headers: ["Accept-Encoding: \(encoding)"])
            })
        #expect(!response.headers.contains(name: "content-encoding"))
        #expect(try response.text.contains("\n\(page)\n"))
    }

    @Test func `a small body is not compressed`() async throws {
        let response = try await withServer { try await $0.request("/metrics", headers: ["Accept-Encoding: gzip"]) }
        #expect(response?.headers.contains(name: "content-encoding") == false)
    }

    @Test func `answers are counted by status`() async throws {
        let snapshot = try await withServer { server in
            for path in ["/metrics", "/", "/nothing"] { _ = try await server.request(path) }
            while server.statistics.snapshot().inFlight > 0 { await Task.yield() }
            return server.statistics.snapshot()
        }
        #expect(snapshot.answered.map(\.code) == [200, 404])
        #expect(snapshot.answered.map(\.requests) == [2, 1])
    }
}
