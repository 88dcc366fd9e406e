// SPDX-License-Identifier: Apache-2.0

import Exposition
import Testing

@Suite struct HistogramTests {
    @Test(arguments: [[], [0], [-1, 0, 1], [0.005, 10], [-Double.greatestFiniteMagnitude, .greatestFiniteMagnitude]])
    func takesAscendingBounds(bounds: [Double]) throws {
        #expect(try HistogramBuckets(bounds).upperBounds == bounds)
    }

    @Test(arguments: [
        [1, 1], [2, 1], [0, -0.0], [1, .infinity], [-.infinity, 1], [.nan], [1, .nan, 2], [1, 3, 2],
    ])
    func refusesOtherBounds(bounds: [Double]) {
        let error = #expect(throws: MetricError.self) { try HistogramBuckets(bounds) }
        #expect(error?.description.hasPrefix("the upper bounds [") == true)
    }

    @Test func wrongLiteralStopsTheProgram() async {
        await #expect(processExitsWith: .failure) { _ = [2, 1] as HistogramBuckets }
    }

    @Test(
        arguments: [
            (1, 2, 1, [1]), (0.001, 10, 3, [0.001, 0.01, 0.1]), (0x1p-14, 2, 4, [0x1p-14, 0x1p-13, 0x1p-12, 0x1p-11]),
            (1, 1.5, 3, [1, 1.5, 2.25]),
        ] as [(Double, Double, Int, [Double])])
    func makesExponentialBounds(start: Double, factor: Double, count: Int, bounds: [Double]) throws {
        #expect(try HistogramBuckets.exponential(start: start, factor: factor, count: count).upperBounds == bounds)
    }

    @Test(
        arguments: [(0, 1, 1, [0]), (-10, 10, 3, [-10, 0, 10]), (0.5, 0.25, 3, [0.5, 0.75, 1])]
            as [(Double, Double, Int, [Double])])
    func makesLinearBounds(start: Double, width: Double, count: Int, bounds: [Double]) throws {
        #expect(try HistogramBuckets.linear(start: start, width: width, count: count).upperBounds == bounds)
    }

    @Test(
        arguments: [
            (0, 2, 3), (-1, 2, 3), (.nan, 2, 3), (1, 1, 3), (1, 0.5, 3), (1, .nan, 3), (1, 2, 0), (1, 2, -1),
            (1, 2, 1001),
            (1, 2, .max), (1e300, 1e10, 5), (1, .infinity, 2), (.infinity, 2, 1),
        ] as [(Double, Double, Int)])
    func refusesWhatMakesNoExponentialBounds(start: Double, factor: Double, count: Int) {
        let error = #expect(throws: MetricError.self) {
            try HistogramBuckets.exponential(start: start, factor: factor, count: count)
        }
        #expect(error?.code == .invalidBuckets)
    }

    @Test(
        arguments: [
            (0, 0, 3), (0, -1, 3), (0, .nan, 3), (.nan, 1, 3), (.infinity, 1, 3), (0, 1, 0), (0, 1, 1001),
            (1e308, 1e308, 3),
            (1e300, 1, 3),
        ] as [(Double, Double, Int)])
    func refusesWhatMakesNoLinearBounds(start: Double, width: Double, count: Int) {
        let error = #expect(throws: MetricError.self) {
            try HistogramBuckets.linear(start: start, width: width, count: count)
        }
        #expect(error?.code == .invalidBuckets)
    }

    @Test(
        arguments: [
            (.seconds(2), 2), (.milliseconds(250), 0.25), (.zero, 0), (.nanoseconds(1), 1e-9), (.seconds(-1), -1),
        ] as [(Duration, Double)])
    func observesDurationsInSeconds(duration: Duration, seconds: Double) {
        let histogram = Histogram(buckets: [1])
        histogram.observe(duration)
        #expect(histogram.value.sum == seconds && histogram.value.count == 1)
    }

    private struct Failure: Error {}

    @Test func timesWhatReturnsAndWhatThrows() async throws {
        let histogram = Histogram(buckets: [1])
        #expect(histogram.time { 7 } == 7)
        #expect(throws: Failure.self) { try histogram.time { () throws(Failure) in throw Failure() } }
        #expect(
            await histogram.time {
                await Task.yield(); return 8
            } == 8)
        await #expect(throws: Failure.self) {
            try await histogram.time { () async throws(Failure) -> Void in
                await Task.yield()
                throw Failure()
            }
        }
        #expect(histogram.value.count == 4)
        #expect(histogram.value.sum >= 0)
    }

    /// A value equal to a bound is in its bucket; what is above all is in the last one.
    @Test(
        arguments: [
            (-.infinity, 0), (-1, 0), (0, 0), (0.5, 1), (1, 1), (1.0.nextUp, 2), (10, 2), (10.0.nextUp, 3),
            (.infinity, 3),
        ] as [(Double, Int)])
    func countsInTheFirstBucketWhoseBoundIsNotLess(value: Double, index: Int) {
        let histogram = Histogram(buckets: [0, 1, 10])
        histogram.observe(value)
        var counts: [UInt64] = [0, 0, 0, 0]
        counts[index] = 1
        #expect(histogram.value == HistogramValue([0, 1, 10], counts: counts, sum: value))
    }

    @Test func ignoresNaN() {
        let histogram = Histogram(buckets: [1])
        histogram.observe(.nan)
        histogram.observe(.signalingNaN)
        #expect(histogram.value == HistogramValue([1], counts: [], sum: 0))
    }

    @Test func addsUpOverManyReads() {
        let histogram = Histogram(buckets: [1, 2])
        for round in 1...5 {
            for value in [0.5, 1.5, 1.5, 2.5] { histogram.observe(value) }
            let rounds = UInt64(round)
            let expected = HistogramValue([1, 2], counts: [rounds, 2 * rounds, rounds], sum: 6 * Double(round))
            #expect(histogram.value == expected)
            #expect(histogram.value == expected)
            #expect(histogram.value.count == 4 * rounds)
        }
    }

    /// As the examples of the OpenMetrics specification, and as Go writes the rest.
    @Test(
        arguments: [
            (0, "0.0"), (1e-10, "1e-10"), (1e-09, "1e-09"), (1e-05, "1e-05"), (0.0001, "0.0001"), (0.001, "0.001"),
            (0.1, "0.1"), (0.999, "0.999"), (1, "1.0"), (1.7, "1.7"), (10, "10.0"), (100_000, "100000.0"),
            (1e6, "1e+06"),
            (1e10, "1e+10"), (999_999, "999999.0"), (1_048_576, "1.048576e+06"), (1_234_567.5, "1.2345675e+06"),
            (123_456_789_012, "1.23456789012e+11"), (9_007_199_254_740_992, "9.007199254740992e+15"), (1e15, "1e+15"),
            (1e16, "1e+16"), (1e100, "1e+100"), (-1, "-1.0"), (-2.5e6, "-2.5e+06"), (-0.0, "0.0"),
        ] as [(Double, String)])
    func writesCanonicalBounds(bound: Double, text: String) throws {
        let value = HistogramValue(try HistogramBuckets([bound]), counts: [], sum: 0)
        let exposition = render([MetricFamily(.histogram("x", help: ""), .histogram(value))], as: .openMetrics)
        #expect(exposition.contains("x_bucket{le=\"\(text)\"} 0\nx_bucket{le=\"+Inf\"} 0\n"))
        #expect(Double(text) == bound)
    }

    @Test func writesCumulativeCountsAfterTheOtherLabels() {
        let value = HistogramValue([0.1, 1], counts: [1, 2, 3], sum: 7.5)
        let family = MetricFamily(
            .histogram("x_seconds", unit: "seconds", help: "X."),
            samples: [Sample(.histogram(value), labels: ["a": "b"])])
        let lines = """
            x_seconds_bucket{a="b",le="0.1"} 1
            x_seconds_bucket{a="b",le="1.0"} 3
            x_seconds_bucket{a="b",le="+Inf"} 6
            x_seconds_sum{a="b"} 7.5
            x_seconds_count{a="b"} 6

            """
        #expect(
            render([family], as: .prometheusText)
                == "# HELP x_seconds X.\n# TYPE x_seconds histogram\n" + lines)
        #expect(
            render([family], as: .openMetrics)
                == "# TYPE x_seconds histogram\n# UNIT x_seconds seconds\n# HELP x_seconds X.\n" + lines + "# EOF\n")
    }

    /// In OpenMetrics a sum is a count, which cannot fall.
    @Test(arguments: [
        (HistogramValue([-1, 1], counts: [1], sum: 5), false), (HistogramValue([1], counts: [1], sum: -5), false),
        (HistogramValue([1], counts: [1], sum: .nan), false), (HistogramValue([], counts: [1], sum: .infinity), true),
        (HistogramValue([0], counts: [], sum: 0), true),
    ])
    func leavesOutASumThatMayFall(value: HistogramValue, hasSum: Bool) {
        let family = MetricFamily(.histogram("x", help: ""), .histogram(value))
        #expect(render([family], as: .openMetrics).contains("x_sum") == hasSum)
        #expect(render([family], as: .openMetrics).contains("x_count") == hasSum)
        #expect(render([family], as: .prometheusText).contains("x_sum"))
    }

    @Test(arguments: ExpositionFormat.allCases)
    func leavesOutWhatIsNoHistogram(format: ExpositionFormat) {
        let value = MetricValue.histogram(HistogramValue([], counts: [], sum: 0))
        let nothing = render([], as: format)
        #expect(render([MetricFamily(.histogram("x", help: ""), 1)], as: format) == nothing)
        #expect(render([MetricFamily(.gauge("x", help: ""), value)], as: format) == nothing)
        #expect(render([MetricFamily(.counter("x_total", help: ""), value)], as: format) == nothing)
        #expect(render([MetricFamily(.info("x_info", help: ""), value)], as: format) == nothing)
        for metadata in [MetricDescription.histogram("x", help: ""), .gaugeHistogram("x", help: "")] {
            let labelled = Sample(value, labels: ["a": "b", "le": "1"])
            #expect(render([MetricFamily(metadata, samples: [labelled])], as: format) == nothing)
            let tooMany = MetricValue.histogram(HistogramValue([1], counts: [1, 2, 3], sum: 0))
            #expect(render([MetricFamily(metadata, tooMany)], as: format) == nothing)
            #expect(render([MetricFamily(metadata, 1)], as: format) == nothing)
        }
    }
}
