// SPDX-License-Identifier: Apache-2.0

import Exposition
import Testing

@testable import ScrapeServing

@Suite struct HTTPStatisticsTests {
    @Test func `counts by status in the order of the codes`() {
        let statistics = HTTPStatistics()
        for code: UInt in [503, 200, 404, 200] {
            statistics.requestBegan()
            statistics.answered(code: code)
        }
        statistics.requestsEnded(3)
        let snapshot = statistics.snapshot()
        #expect(snapshot.answered.map(\.code) == [200, 404, 503])
        #expect(snapshot.answered.map(\.requests) == [2, 1, 1])
        #expect(snapshot.inFlight == 1)
    }

    @Test func `nothing has been counted at first`() {
        let snapshot = HTTPStatistics().snapshot()
        #expect(snapshot.answered.isEmpty)
        #expect(snapshot.inFlight == 0)
    }

    @Test func `the collector exposes the counts, and success from the start`() throws {
        let statistics = HTTPStatistics()
        let registry = Registry()
        try registry.register(HTTPCollector(statistics, prefix: "my"), .silent)
        #expect(
            exposition(of: registry) == """
                # HELP my_http_requests_total HTTP requests answered, by status code.
                # TYPE my_http_requests_total counter
                my_http_requests_total{code="200"} 0
                # HELP my_http_requests_in_flight HTTP requests that are being answered, including this one.
                # TYPE my_http_requests_in_flight gauge
                my_http_requests_in_flight 0

                """)
        statistics.requestBegan()
        for code: UInt in [404, 200] { statistics.answered(code: code) }
        let text = exposition(of: registry)
        #expect(text.contains("{code=\"200\"} 1\nmy_http_requests_total{code=\"404\"} 1\n"))
        #expect(text.hasSuffix("in_flight 1\n"))
        #expect(throws: MetricError.self) { try HTTPCollector(statistics, prefix: "1") }
    }

    private func exposition(of registry: Registry) -> String {
        var bytes: [UInt8] = []
        ExpositionFormat.prometheusText.write(registry.gather().families, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
