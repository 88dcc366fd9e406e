// SPDX-License-Identifier: Apache-2.0

import Exposition
import NIOHTTP1
import Testing

@testable import ScrapeServing

@Suite struct RequestRouterTests {
    private func status(_ decision: RequestDecision) -> Int {
        switch decision {
        case .metrics, .landingPage: 200
        case .answer(let answer): Int(answer.status.code)
        }
    }

    private func decide(
        _ method: HTTPMethod, _ target: String, router: RequestRouter, version: HTTPVersion = .http1_1,
        headers: HTTPHeaders = ["Host": "h"]
    ) -> RequestDecision {
        router.decide(HTTPRequestHead(version: version, method: method, uri: target, headers: headers))
    }

    private let router = RequestRouter(telemetryPath: "/metrics", hasLandingPage: true)

    @Test(arguments: [
        (HTTPMethod.GET, "/metrics", 200), (.HEAD, "/metrics", 200), (.GET, "/metrics?collect[]=a", 200),
        (.GET, "/", 200), (.GET, "/?a", 200), (.HEAD, "/", 200),
        (.GET, "/-/healthy", 200), (.GET, "/-/ready", 200), (.HEAD, "/-/ready?x", 200),
        (.GET, "http://host:80/metrics?a", 200), (.GET, "http://host", 200), (.GET, "http://host?a", 200),
        (.GET, "/metrics/", 404), (.GET, "//metrics", 404), (.GET, "/Metrics", 404), (.GET, "/-/", 404),
        (.POST, "/nothing", 404), (.OPTIONS, "*", 404), (.GET, "metrics", 404),
        (.POST, "/metrics", 405), (.PUT, "/", 405), (.DELETE, "/-/healthy", 405), (.OPTIONS, "/metrics", 405),
        (.CONNECT, "host:80", 404), (.RAW(value: "BREW"), "/metrics", 405),
    ])
    func `routes`(method: HTTPMethod, target: String, expected: Int) {
        #expect(status(decide(method, target, router: router)) == expected)
    }

    @Test func `each path has its own decision`() {
        #expect(decide(.GET, "/", router: router) == .landingPage)
        #expect(decide(.GET, "/metrics", router: router) == .metrics(NegotiatedFormat(accept: [])))
        #expect(decide(.GET, "/-/healthy", router: router) == .answer(.text(.ok, "Healthy.")))
        #expect(decide(.GET, "/-/ready", router: router) == .answer(.text(.ok, "Ready.")))
    }

    @Test func `the format follows the Accept fields`() {
        let headers: HTTPHeaders = ["Host": "h", "Accept": "application/openmetrics-text;version=1.0.0"]
        let decision = decide(.GET, "/metrics", router: router, headers: headers)
        guard case .metrics(let negotiated) = decision else {
            Issue.record("no metrics: \(decision)")
            return
        }
        #expect(negotiated.format == .openMetrics)
    }

    @Test func `without a landing page the root is not found`() {
        let router = RequestRouter(telemetryPath: "/metrics", hasLandingPage: false)
        #expect(status(decide(.GET, "/", router: router)) == 404)
    }

    @Test func `metrics at the root leave no landing page`() {
        let router = RequestRouter(telemetryPath: "/", hasLandingPage: true)
        #expect(decide(.GET, "/", router: router) == .metrics(NegotiatedFormat(accept: [])))
        #expect(status(decide(.GET, "/metrics", router: router)) == 404)
    }

    @Test func `a wrong method is told the right ones`() {
        guard case .answer(let answer) = decide(.POST, "/metrics", router: router) else {
            Issue.record("no answer")
            return
        }
        #expect(answer.fields.contains(.init("Allow", "GET, HEAD")))
    }

    @Test(arguments: [
        (HTTPVersion.http1_1, [String](), 400), (.http1_1, ["a", "b"], 400), (.http1_1, [""], 200),
        (.http1_0, [], 200), (.http1_0, ["a"], 200), (.http1_0, ["a", "a"], 400), (.http1_1, ["a", "a"], 400),
        (.http1_1, ["a "], 200), (.http1_1, ["a\t \t"], 200), (.http1_1, [" \t"], 200),
        (.http1_1, ["a b"], 400), (.http1_0, ["a b"], 400), (.http1_1, ["a\tb"], 400), (.http1_1, ["a/b"], 400),
        (.http1_1, ["a@b"], 400), (.http1_1, ["a\\b"], 400), (.http1_1, ["é"], 400), (.http1_1, ["a\"b"], 400),
        (.http1_1, ["a,b"], 200), (.http1_1, ["[::1]:80"], 200), (.http1_1, ["a_b.example:80"], 200),
        (.http1_1, ["%61"], 200),
    ])
    func `HTTP 1.1 needs one Host, which names a host`(version: HTTPVersion, hosts: [String], expected: Int) {
        let headers = HTTPHeaders(hosts.map { ("Host", $0) })
        #expect(status(decide(.GET, "/metrics", router: router, version: version, headers: headers)) == expected)
    }
}
