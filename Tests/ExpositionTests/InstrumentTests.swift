// SPDX-License-Identifier: Apache-2.0

import Exposition
import Testing

@Suite struct InstrumentTests {
    @Test func gaugeGoesUpAndDown() {
        let gauge = Gauge()
        #expect(gauge.metricValue == 0)
        gauge.increment()
        gauge.increment(by: 2.5)
        gauge.decrement()
        gauge.decrement(by: 4)
        #expect(gauge.value == -1.5)
        gauge.set(UInt64(36))
        #expect(gauge.metricValue == 36)
        gauge.set(-.infinity)
        #expect(gauge.metricValue == .real(-.infinity))
    }

    @Test func counterAddsUp() {
        let counter = Counter()
        counter.increment()
        counter.increment(by: 41)
        #expect(counter.metricValue == 42)
        counter.increment(by: 0.5)
        #expect(counter.metricValue == 42.5 && counter.value == 42.5)
        counter.reset()
        #expect(counter.metricValue == 0)
    }

    @Test func counterKeepsWholeAmountsExact() {
        let counter = Counter()
        counter.increment(by: 1 << 53)
        counter.increment()
        #expect(counter.metricValue == .integer(9_007_199_254_740_993))
        counter.increment(by: .max)
        #expect(counter.metricValue == .real(0x1p63 + 0x1p53))
    }

    @Test func counterIgnoresWhatIsNoCount() {
        let counter = Counter()
        counter.increment(by: -1)
        counter.increment(by: Int.min)
        for amount in [-0.5, .nan, .infinity, -.infinity, -.leastNonzeroMagnitude] { counter.increment(by: amount) }
        #expect(counter.metricValue == 0)
    }

    @Test func anInstrumentIsMadeOnceForEachCombination() throws {
        let gauge = try Registry().gauge("x", labels: ["a", "b"], help: "X.")
        #expect(try gauge.labels("1", "2") === gauge.labels(["1", "2"]))
        #expect(try gauge.labels("1", "2") !== gauge.labels("2", "1"))
    }

    @Test(arguments: [[], ["1"], ["1", "2", "3"]])
    func refusesAnotherNumberOfValues(values: [String]) throws {
        let gauge = try Registry().gauge("x", labels: ["a", "b"], help: "X.")
        let error = MetricError.wrongNumberOfLabelValues(metric: "x", labels: ["a", "b"], given: values.count)
        #expect(throws: error) { try gauge.labels(values) }
    }

    @Test func findsInstrumentsByName() throws {
        let gauge = try Registry().gauge("x", labels: ["a", "b"], help: "X.")
        #expect(try gauge.labels(["b": "2", "a": "1"]) === gauge.labels("1", "2"))
        for given in [["a": "1"], ["a": "1", "c": "2"], ["a": "1", "b": "2", "c": "3"], [:]] {
            let error = MetricError.wrongLabelNames(metric: "x", labels: ["a", "b"], given: Array(given.keys))
            #expect(throws: error) { try gauge.labels(given) }
        }
        try gauge.labels("1", "2").set(5)
        gauge.remove(["a": "1", "c": "2"])
        #expect(try gauge.labels("1", "2").value == 5)
        gauge.remove(["b": "2", "a": "1"])
        #expect(try gauge.labels("1", "2").value == 0)
    }

    @Test func theNumberOfCombinationsIsBounded() throws {
        let registry = Registry()
        let counter = try registry.counter("x_total", labels: ["a"], help: "X.", maximumSeries: 2)
        try counter.labels("1").increment()
        try counter.labels("2").increment()
        #expect(throws: MetricError.tooManySeries(metric: "x_total", limit: 2)) { try counter.labels("3") }
        try counter.labels("1").increment()
        counter.remove("1")
        counter.remove("never made")
        try counter.labels("3").increment(by: 3)
        #expect(throws: MetricError.tooManySeries(metric: "x_total", limit: 2)) { try counter.labels("1") }
        try counter.labels("2").increment(by: 4)
        #expect(
            registry.families().map(\.samples)
                == [[Sample(5, labels: ["a": "2"]), Sample(3, labels: ["a": "3"])]])
        let standard = try registry.gauge("y", labels: ["a"], help: "Y.")
        for value in 0..<1000 { _ = try standard.labels("\(value)") }
        #expect(throws: MetricError.tooManySeries(metric: "y", limit: 1000)) { try standard.labels("") }
    }

    /// Removing is by position: all the others have to stay who they are.
    @Test func removingLeavesTheOthers() throws {
        let gauge = try Registry().gauge("x", labels: ["a"], help: "X.")
        for value in 0..<20 { try gauge.labels("\(value)").set(value) }
        for value in stride(from: 0, to: 20, by: 3) { gauge.remove("\(value)") }
        for value in 0..<20 { #expect(try gauge.labels("\(value)").value == (value % 3 == 0 ? 0 : Double(value))) }
    }
}
