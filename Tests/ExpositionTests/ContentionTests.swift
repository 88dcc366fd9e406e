// SPDX-License-Identifier: Apache-2.0

import Exposition
import Testing

@Suite struct ContentionTests {
    private static let updates = 20_000

    /// 8 tasks update, 4 read all the while: what is read is consistent, never falls, and is exact at the end.
    @Test func nothingIsLost() async throws {
        let registry = Registry()
        let counter = try registry.counter("counter_total", help: "")
        let reals = try registry.counter("reals_total", labels: ["task"], help: "")
        let gauge = try registry.gauge("gauge", help: "")
        let histogram = try registry.histogram("histogram", buckets: [1, 2, 3], help: "")
        await withTaskGroup { group in
            for task in 0..<8 {
                group.addTask {
                    for update in 0..<Self.updates {
                        counter.increment()
                        (try? reals.labels("\(update % 16)"))?.increment(by: 0.5)
                        gauge.increment(by: task % 2 == 0 ? 1 : -1)
                        histogram.observe(Double(update % 4) + 0.5)
                    }
                }
            }
            for _ in 0..<4 {
                group.addTask {
                    var last: UInt64 = 0
                    for _ in 0..<500 {
                        guard case .histogram(let value)? = registry.families().last?.samples.first?.value else {
                            continue
                        }
                        #expect(value.count >= last)
                        // What was observed is 0.5, 1.5, 2.5 and 3.5: the sum belongs to just these counts.
                        let sum = zip(value.counts, [0.5, 1.5, 2.5, 3.5]).map { Double($0) * $1 }.reduce(0, +)
                        #expect(value.sum == sum)
                        last = value.count
                    }
                }
            }
        }
        let all = UInt64(8 * Self.updates)
        #expect(counter.metricValue == MetricValue(all))
        #expect(gauge.value == 0)
        let value = HistogramValue([1, 2, 3], counts: [all / 4, all / 4, all / 4, all / 4], sum: Double(all) * 2)
        #expect(histogram.value == value)
        for task in 0..<16 { #expect(try reals.labels("\(task)").value == Double(all) / 32) }
    }
}
