// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import Testing

@testable import ScrapeServing

@Suite struct HTTPRequestHeadTests {
    @Test(arguments: [
        ("/", "/"), ("/a?b", "/a"), ("/a#b", "/a"), ("/a?b#c?d", "/a"), ("?a", "/"), ("", "/"),
        ("http://h", "/"), ("http://h/", "/"), ("http://h:1/a?b", "/a"), ("http://h?a=/b", "/"), ("http://h#/a", "/"),
        ("https://[::1]:80/a", "/a"), ("HTTP://h/a", "/a"), ("ftp://h/a", "ftp://h/a"), ("/a://b/c", "/a://b/c"),
        ("*", "*"),
    ])
    func `path`(target: String, path: String) {
        #expect(HTTPRequestHead(version: .http1_1, method: .GET, uri: target).path == path)
    }

    @Test(arguments: [
        ("GET", "", true), ("GET", "Connection: close", false), ("GET", "Expect: 100-continue", false),
        ("GET", "Upgrade: h2c", false), ("CONNECT", "", false),
    ])
    func `another request may follow`(method: String, field: String, may: Bool) {
        let headers = HTTPHeaders([field].filter { !$0.isEmpty }.map { ($0.prefix { $0 != ":" }.description, "close") })
        let method = HTTPMethod(rawValue: method)
        let head = HTTPRequestHead(version: .http1_1, method: method, uri: "/", headers: headers)
        #expect(head.permitsAnother == may)
    }

    @Test(arguments: [HTTPHeaders(), ["Connection": "keep-alive"]])
    func `no other request follows with HTTP 1.0`(headers: HTTPHeaders) {
        #expect(!HTTPRequestHead(version: .http1_0, method: .GET, uri: "/", headers: headers).permitsAnother)
    }

    @Test(arguments: [
        ("12", 12), ("12 ", 12), ("12\t ", 12), ("9223372036854775808", Int.max), ("18446744073709551615", .max),
    ])
    func `declared length`(field: String, length: Int) {
        let headers: HTTPHeaders = ["Content-Length": field]
        #expect(
            HTTPRequestHead(version: .http1_1, method: .GET, uri: "/", headers: headers).declaredBodyBytes == length)
        #expect(HTTPRequestHead(version: .http1_1, method: .GET, uri: "/").declaredBodyBytes == nil)
    }

    @Test(arguments: [
        ("/", ""), ("/a?b", "b"), ("/a#b?c", ""), ("/a?b#c", "b"), ("/a?b?c", "b?c"), ("http://h?a=/b", "a=/b"),
        ("http://h/p?a", "a"), ("/?", ""), ("?a", "a"),
    ])
    func `query`(target: String, query: String) {
        #expect(HTTPRequestHead(version: .http1_1, method: .GET, uri: target).query == query)
    }

    @Test(
        arguments: [
            (["10"], 9500), (["10.000"], 9500), (["1"], 500), (["0.5"], 250), (["0.002"], 1), (["15 "], 14500),
            ([], nil), ([""], nil), (["0"], nil), (["0.0"], nil), (["-1"], nil), (["+1"], nil), (["junk"], nil),
            (["1s"], nil), (["1e1"], nil), (["0x10"], nil), (["nan"], nil), (["inf"], nil), (["1.2.3"], nil),
            (["."], nil),
            (["99999999999"], nil), ([String(repeating: "9", count: 400)], nil), (["86400"], 86_399_500),
            (["5", "10"], nil),
            (["٣"], nil),
        ] as [([String], Int?)])
    func `the time for a scrape`(fields: [String], milliseconds: Int?) {
        let headers = HTTPHeaders(fields.map { ("x-prometheus-scrape-timeout-seconds", $0) })
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/", headers: headers)
        #expect(head.scrapeBudget == milliseconds.map { .milliseconds($0) })
    }
}
