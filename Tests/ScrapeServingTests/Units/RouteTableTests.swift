// SPDX-License-Identifier: Apache-2.0

import Exposition
import NIOHTTP1
import Testing

@testable import ScrapeServing

@Suite struct RouteTableTests {
    private func status(_ decision: RequestDecision) -> Int {
        switch decision {
        case .metrics, .landingPage: 200
        case .answer(let answer): Int(answer.status.code)
        }
    }

    private static func table(telemetryPath: String = "/metrics", hasLandingPage: Bool = true) -> RouteTable {
        RouteTable(telemetryPath: telemetryPath, hasLandingPage: hasLandingPage) {
            Registry.CollectorNames(enabled: ["tcp", "udp"], disabled: ["unix"])
        }
    }

    private static let now = ContinuousClock.now

    private func decide(
        _ method: HTTPMethod, _ target: String, routes: RouteTable = table(), headers: HTTPHeaders = ["Host": "h"]
    ) -> RequestDecision {
        routes.decide(HTTPRequestHead(version: .http1_1, method: method, uri: target, headers: headers), at: Self.now)
    }

    private static func scrape(
        _ rendition: Rendition, _ selection: CollectorSelection = .all, within budget: Duration? = nil
    ) -> Scrape {
        Scrape(
            form: .init(rendition: rendition, coding: .identity), selection: selection,
            deadline: budget.map { now + $0 })
    }

    @Test(arguments: [
        (HTTPMethod.GET, "/metrics", 200), (.HEAD, "/metrics", 200), (.GET, "/metrics?collect[]=tcp", 200),
        (.GET, "/", 200), (.GET, "/?a", 200), (.HEAD, "/", 200),
        (.GET, "/-/healthy", 200), (.GET, "/-/ready", 200), (.HEAD, "/-/ready?x", 200),
        (.GET, "http://host:80/metrics?a", 200), (.GET, "http://host", 200), (.GET, "http://host?a", 200),
        (.GET, "/metrics/", 404), (.GET, "//metrics", 404), (.GET, "/Metrics", 404), (.GET, "/-/", 404),
        (.POST, "/nothing", 404), (.OPTIONS, "*", 404), (.GET, "metrics", 404),
        (.POST, "/metrics", 405), (.PUT, "/", 405), (.DELETE, "/-/healthy", 405), (.OPTIONS, "/metrics", 405),
        (.CONNECT, "host:80", 404), (.RAW(value: "BREW"), "/metrics", 405),
    ])
    func `routes`(method: HTTPMethod, target: String, expected: Int) {
        #expect(status(decide(method, target)) == expected)
    }

    @Test func `each path has its own decision`() {
        let text = ExpositionFormat.prometheusText
        #expect(decide(.GET, "/") == .landingPage(Self.scrape(.landingPage)))
        #expect(
            decide(.GET, "/metrics") == .metrics(Self.scrape(.metrics(text)), contentType: text.contentType))
        #expect(decide(.GET, "/-/healthy") == .answer(.text(.ok, "Healthy.")))
        #expect(decide(.GET, "/-/ready") == .answer(.text(.ok, "Ready.")))
    }

    @Test func `the format follows the Accept fields`() {
        let headers: HTTPHeaders = ["Host": "h", "Accept": "application/openmetrics-text;version=1.0.0"]
        let decision = decide(.GET, "/metrics", headers: headers)
        let format = ExpositionFormat.openMetrics
        #expect(decision == .metrics(Self.scrape(.metrics(format)), contentType: format.contentType))
    }

    @Test(arguments: [
        ("?collect[]=tcp", CollectorSelection.only(["tcp"])), ("?exclude[]=tcp", .except(["tcp"])), ("", .all),
        ("?exclude[]=nothing", .all), ("?exclude[]=unix", .all),
    ])
    func `the query selects collectors`(query: String, selection: CollectorSelection) {
        let text = ExpositionFormat.prometheusText
        #expect(
            decide(.GET, "/metrics" + query)
                == .metrics(Self.scrape(.metrics(text), selection), contentType: text.contentType))
    }

    @Test(arguments: [
        ("?collect[]=tcp&exclude[]=udp", "Combined collect and exclude queries are not allowed."),
        ("?collect[]=nothing", "missing collector: nothing"), ("?collect[]", "missing collector: "),
        ("?collect[]=unix", "disabled collector: unix"),
    ])
    func `a query that selects what there is not is refused`(query: String, sentence: String) {
        #expect(decide(.GET, "/metrics" + query) == .answer(.text(.badRequest, sentence)))
        // It is nobody's business where no metrics are asked for.
        #expect(status(decide(.GET, "/" + query)) == 200)
        #expect(status(decide(.GET, "/-/ready" + query)) == 200)
    }

    @Test func `the time-out becomes a deadline`() {
        let headers: HTTPHeaders = ["Host": "h", "X-Prometheus-Scrape-Timeout-Seconds": "10"]
        let text = ExpositionFormat.prometheusText
        let expected = Self.scrape(.metrics(text), within: .milliseconds(9500))
        #expect(decide(.GET, "/metrics", headers: headers) == .metrics(expected, contentType: text.contentType))
    }

    @Test func `without a landing page the root is not found`() {
        #expect(status(decide(.GET, "/", routes: Self.table(hasLandingPage: false))) == 404)
    }

    @Test func `metrics at the root leave no landing page`() {
        let routes = Self.table(telemetryPath: "/")
        let text = ExpositionFormat.prometheusText
        #expect(
            decide(.GET, "/", routes: routes)
                == .metrics(Self.scrape(.metrics(text)), contentType: text.contentType))
        #expect(status(decide(.GET, "/metrics", routes: routes)) == 404)
    }

    @Test func `a wrong method is told the right ones`() {
        guard case .answer(let answer) = decide(.POST, "/metrics") else {
            Issue.record("no answer")
            return
        }
        #expect(answer.fields.contains(.init("Allow", "GET, HEAD")))
    }
}
