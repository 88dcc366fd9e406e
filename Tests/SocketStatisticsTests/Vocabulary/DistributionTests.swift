// SPDX-License-Identifier: Apache-2.0

import SocketStatistics
import Testing

struct DistributionTests {
    /// As histogram_quantile of Prometheus finds it.
    @Test(
        arguments: [
            ([], 0.5, nil), ([10], 0.5, 0.5), ([10], 1, 1), ([0, 10], 0.5, 1.5), ([10, 10], 0.5, 1),
            ([10, 10], 0.75, 1.5),
            ([1, 2, 1], 0.5, 1.5), ([0, 0, 4], 0.25, 2.5), ([0, 0, 0, 5], 0.5, 4), ([1, 0, 0, 1], 0.99, 4),
            ([1, 0, 1], 0, 0),
        ] as [([UInt64], Double, Double?)])
    func quantilesAreThoseOfPrometheus(_ counts: [UInt64], _ part: Double, _ expected: Double?) {
        #expect(Distribution(bounds: [1, 2, 4], counts: counts).quantile(part) == expected)
    }

    @Test func countsFitTheBounds() {
        #expect(Distribution(bounds: [1, 2], counts: [1]).counts == [1, 0, 0])
        #expect(Distribution(bounds: [1, 2], counts: [1, 2, 3, 4]).counts == [1, 2, 3])
        let sum =
            Distribution(bounds: [1], counts: [1, 2], sum: 3) + Distribution(bounds: [1], counts: [10, 20], sum: 30)
        #expect(sum == Distribution(bounds: [1], counts: [11, 22], sum: 33))
        #expect(sum.count == 33)
    }
}
