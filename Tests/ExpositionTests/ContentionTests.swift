// SPDX-License-Identifier: Apache-2.0

import Exposition
import Foundation
import Synchronization
import Testing

@Suite struct ContentionTests {
    private static let updates = 40_960

    private final class Flag: Sendable {
        let isSet = Atomic(false)
    }

    /// Starts threads; tasks would wait for each other on a machine of few cores.
    private func start(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) -> DispatchGroup {
        let group = DispatchGroup()
        for index in 0..<count {
            group.enter()
            Thread.detachNewThread {
                body(index)
                group.leave()
            }
        }
        return group
    }

    /// 8 threads update, 4 read all the while: what is read is consistent, never falls, and is exact at the end.
    @Test func nothingIsLost() throws {
        let registry = Registry()
        let counter = try registry.counter("counter_total", help: "")
        let reals = try registry.counter("reals_total", labels: ["update"], help: "")
        let gauge = try registry.gauge("gauge", help: "")
        let histogram = try registry.histogram("histogram", buckets: [1, 2, 3], help: "")
        let done = Flag()
        let readers = start(4) { _ in
            var last: UInt64 = 0
            repeat {
                let family = registry.families().first { $0.metadata.name == "histogram" }
                guard case .histogram(let value)? = family?.samples.first?.value else {
                    Issue.record("the histogram is not exposed")
                    return
                }
                #expect(value.count >= last)
                // What was observed is 0.5, 1.5, 2.5 and 3.5: the sum belongs to just these counts.
                let sum = zip(value.counts, [0.5, 1.5, 2.5, 3.5]).map { Double($0) * $1 }.reduce(0, +)
                #expect(value.sum == sum)
                last = value.count
            } while !done.isSet.load(ordering: .relaxed)
        }
        let updaters = start(8) { thread in
            for update in 0..<Self.updates {
                counter.increment()
                if update % 16 == 0 { (try? reals.labels("\(update / 16 % 16)"))?.increment(by: 0.5) }
                gauge.increment(by: thread % 2 == 0 ? 1 : -1)
                for value in [0.5, 1.5, 2.5, 3.5] { histogram.observe(value) }
            }
        }
        updaters.wait()
        done.isSet.store(true, ordering: .relaxed)
        readers.wait()
        let all = UInt64(8 * Self.updates)
        #expect(counter.metricValue == MetricValue(all))
        #expect(gauge.value == 0)
        #expect(histogram.value == HistogramValue([1, 2, 3], counts: [all, all, all, all], sum: Double(all) * 8))
        for update in 0..<16 { #expect(try reals.labels("\(update)").value == Double(all) / 512) }
    }
}
