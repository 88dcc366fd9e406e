// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import ScrapeServing

@Suite(.timeLimit(.minutes(5))) struct ProtocolTests {
    /// What a server answers to some bytes, until it closes the connection.
    private func answer(to text: String) async throws -> String {
        try await withServer { server in
            let client = try await server.connect()
            try await client.send(text)
            let answer = await client.readToEnd()
            // Whatever the client sent, the server still serves others.
            let health = try await server.request("/-/healthy")
            #expect(health?.status == 200)
            return answer
        }
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let request: String
        /// How the answer begins.
        let answer: String

        init(_ description: String, _ request: String, _ answer: String) {
            (self.testDescription, self.request, self.answer) = (description, request, answer)
        }
    }

    private static let get = "GET /-/ready HTTP/1.1\r\nHost: h\r\n"

    @Test(arguments: [
        Case("garbage", "\u{16}\u{3}\u{1}garbage\r\n\r\n", "HTTP/1.1 400 Bad Request"),
        Case("no version", "GET /metrics\r\n\r\n", "HTTP/1.1 505 HTTP Version Not Supported"),
        Case("HTTP/2.0", "GET / HTTP/2.0\r\nHost: h\r\n\r\n", "HTTP/1.1 505 HTTP Version Not Supported"),
        Case("negative length", get + "Content-Length: -1\r\n\r\n", "HTTP/1.1 400 Bad Request"),
        Case("two lengths", get + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", "HTTP/1.1 400 Bad Request"),
        Case("bad chunk", get + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", "HTTP/1.1 400 Bad Request"),
        Case("large field", get + "A: \(String(repeating: "a", count: 17_000))\r\n\r\n", "HTTP/1.1 431 "),
        Case("large head", get + String(repeating: "A: aaaaaaaaaa\r\n", count: 250) + "\r\n", "HTTP/1.1 200 "),
        Case("larger head", get + String(repeating: "A: aaaaaaaaaa\r\n", count: 2000) + "\r\n", "HTTP/1.1 431 "),
        Case("large target", "GET /\(String(repeating: "a", count: 17_000)) HTTP/1.1\r\n\r\n", "HTTP/1.1 431 "),
    ])
    func `what cannot be read is refused once, and the connection closed`(_ test: Case) async throws {
        let end = test.answer.contains(" 200 ") ? "GET / HTTP/1.0\r\n\r\n" : ""
        let answer = try await answer(to: test.request + end)
        #expect(answer.hasPrefix(test.answer))
        #expect(answer.contains("Connection: close\r\n"))
        #expect(answer.count(of: "Content-Length: ") == (end.isEmpty ? 1 : 2))
    }

    @Test(arguments: [
        Case("HTTP/1.0", "GET /-/ready HTTP/1.0\r\n\r\n", "HTTP/1.0 200 OK"),
        Case("kept alive", "GET /-/ready HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "HTTP/1.0 200 OK"),
        Case("no host", "GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 Bad Request"),
        Case("close", get + "Connection: close\r\n\r\n", "HTTP/1.1 200 OK"),
        Case("upgrade", get + "Upgrade: h2c\r\nConnection: Upgrade\r\n\r\nPRI * HTTP/2.0\r\n\r\n", "HTTP/1.1 200 OK"),
        Case("CONNECT", "CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\ntunnelled", "HTTP/1.1 404 Not Found"),
        Case("100-continue", get + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello", "HTTP/1.1 200 OK"),
        Case("large length", get + "Content-Length: 65537\r\n\r\n", "HTTP/1.1 413 Payload Too Large"),
        Case(
            "large body",
            get + "Transfer-Encoding: chunked\r\n\r\n10001\r\n" + String(repeating: "a", count: 65537),
            "HTTP/1.1 413 Payload Too Large"
        ),
    ])
    func `some requests are answered as the last`(_ test: Case) async throws {
        let answer = try await answer(to: test.request)
        #expect(answer.hasPrefix(test.answer))
        #expect(answer.contains("Connection: close\r\n"))
        #expect(answer.count(of: "Content-Length: ") == 1)
    }

    @Test func `a client that waits for 100 Continue is answered at once`() async throws {
        let answer = try await withServer { server in
            let client = try await server.connect()
            try await client.send("GET / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
            return await client.readToEnd()
        }
        #expect(answer.hasPrefix("HTTP/1.1 200 OK"))
    }

    @Test func `requests sent at once are answered in order`() async throws {
        let statuses = try await withServer { server in
            let client = try await server.connect()
            let targets = ["/metrics", "/nothing", "/-/ready"]
            try await client.send(targets.map { "GET \($0) HTTP/1.1\r\nHost: h\r\n\r\n" }.joined())
            var responses = client.responses()
            var statuses: [Int?] = []
            for _ in targets { statuses.append(await responses.next()?.status) }
            await client.close()
            return statuses
        }
        #expect(statuses == [200, 404, 200])
    }

    @Test func `thousands of requests sent at once are answered`() async throws {
        let answer = try await withServer { server in
            let client = try await server.connect()
            try await client.send(String(repeating: "GET /-/ready HTTP/1.1\r\nHost: h\r\n\r\n", count: 5000))
            try await client.closeOutput()
            return await client.readToEnd()
        }
        #expect(answer.count(of: "HTTP/1.1 200 OK") == 5000)
    }

    @Test func `what cannot be read after a good request is refused after its answer`() async throws {
        let answer = try await answer(to: "GET /metrics HTTP/1.1\r\nHost: h\r\n\r\ngarbage\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 200 OK"))
        #expect(answer.count(of: "HTTP/1.1 400 Bad Request") == 1)
    }

    @Test func `a body is allowed and discarded`() async throws {
        let statuses = try await withServer { server in
            let client = try await server.connect()
            var responses = client.responses()
            var statuses: [Int?] = []
            for _ in 0..<2 {
                let body = String(repeating: "a", count: 65536)
                try await client.send("GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 65536\r\n\r\n\(body)")
                statuses.append(await responses.next()?.status)
            }
            await client.close()
            return statuses
        }
        #expect(statuses == [200, 200])
    }

    @Test(arguments: [1, 3])
    func `a client that has closed its side gets its answers`(count: Int) async throws {
        let answer = try await withServer { server in
            let client = try await server.connect()
            try await client.send(String(repeating: "GET /metrics HTTP/1.1\r\nHost: h\r\n\r\n", count: count))
            try await client.closeOutput()
            return await client.readToEnd()
        }
        #expect(answer.count(of: "test_value 7\n") == count)
    }

    @Test func `a client that closes without a word is left alone`() async throws {
        let answer = try await withServer { server in
            let client = try await server.connect()
            try await client.closeOutput()
            return await client.readToEnd()
        }
        #expect(answer.isEmpty)
    }
}

extension String {
    /// How often a text occurs.
    fileprivate func count(of text: String) -> Int {
        ranges(of: text).count
    }
}
