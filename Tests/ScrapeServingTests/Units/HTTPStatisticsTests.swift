// SPDX-License-Identifier: Apache-2.0

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
}
