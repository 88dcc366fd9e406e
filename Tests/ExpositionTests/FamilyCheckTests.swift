// SPDX-License-Identifier: Apache-2.0

import Exposition
import Testing

/// What a collector gives and the registry cannot show is a failure of the collector.
@Suite struct FamilyCheckTests {
    private static let gauge = MetricDescription.gauge("a", help: "A.")
    private static let counter = MetricDescription.counter("b_total", help: "B.")
    private static let info = MetricDescription.info("c_info", help: "C.")
    private static let histogram = MetricDescription.histogram("d", help: "D.")
    private static let gaugeHistogram = MetricDescription.gaugeHistogram("e", help: "E.")
    private static let buckets: HistogramBuckets = [1, 2]

    private static func histogram(_ counts: UInt64...) -> MetricValue {
        .histogram(HistogramValue(buckets, counts: counts, sum: 0))
    }

    /// The outcome of a collector that gives these families, and what a scrape shows of it.
    private func outcome(
        of families: [MetricFamily], constantLabels: Labels = .none
    ) throws -> (error: (any Error)?, families: [MetricFamily]) {
        let registry = Registry(constantLabels: constantLabels)
        let all = [Self.gauge, Self.counter, Self.info, Self.histogram, Self.gaugeHistogram]
        try registry.collect(all, name: "own") { families }
        try registry.collect(.gauge("other", help: "")) { [Sample(1)] }
        let gathered = registry.gather()
        #expect(gathered.outcomes.map(\.name) == ["own", "other"])
        #expect(gathered.outcomes.last?.error == nil)
        let shown = gathered.families.filter { !$0.metadata.name.hasPrefix("scrape_collector_") }
        #expect(shown.last?.metadata.name == "other")
        let success = gathered.families.last?.samples.map(\.value)
        #expect(success == [gathered.outcomes[0].error == nil ? 1 : 0, 1])
        return (gathered.outcomes.first?.error, shown.dropLast())
    }

    static let refused: [(families: [MetricFamily], code: MetricError.Code, part: String)] = [
        ([MetricFamily(counter, -1)], .invalidValue, "is -1, which no counter can be"),
        ([MetricFamily(counter, .real(-0.5))], .invalidValue, "is -0.5"),
        ([MetricFamily(counter, .real(.nan))], .invalidValue, "is nan"),
        ([MetricFamily(counter, .real(-.infinity))], .invalidValue, "is -inf"),
        ([MetricFamily(counter, histogram(1))], .invalidValue, "is a histogram of 1 values"),
        ([MetricFamily(gauge, histogram(1, 2))], .invalidValue, "is a histogram of 3 values"),
        ([MetricFamily(info, histogram())], .invalidValue, "is a histogram of 0 values"),
        ([MetricFamily(histogram, 1)], .invalidValue, "is a number: give a histogram"),
        ([MetricFamily(gaugeHistogram, .real(0.5))], .invalidValue, "is a number: give a gauge histogram"),
        ([MetricFamily(histogram, histogram(1, 2, 3, 4))], .invalidValue, "has 4 counts for 3 buckets"),
        ([MetricFamily(gaugeHistogram, histogram(1, 2, 3, 4))], .invalidValue, "has 4 counts for 3 buckets"),
        ([MetricFamily(histogram, histogram(.max, 1))], .invalidValue, "exceed 64 bits"),
        (
            [MetricFamily(histogram, samples: [Sample(histogram(), labels: ["x": "1", "le": "2"])])], .bucketLabel,
            "\"d\""
        ),
        ([MetricFamily(gaugeHistogram, samples: [Sample(histogram(), labels: ["le": ""])])], .bucketLabel, "\"e\""),
        ([MetricFamily(gauge, samples: [Sample(1), Sample(2)])], .duplicateSample, "labels {}"),
        (
            [MetricFamily(gauge, samples: [Sample(1, labels: ["x": "1"]), Sample(2), Sample(1, labels: ["x": "1"])])],
            .duplicateSample, #"{x="1"}"#
        ),
        (
            [
                MetricFamily(
                    counter,
                    samples: [Sample(1, labels: ["x": "1", "y": "2"]), Sample(1, labels: ["y": "2", "x": "1"])])
            ], .duplicateSample, #"{y="2",x="1"}"#
        ),
        ([MetricFamily(gauge, 1), MetricFamily(.gauge("f", help: ""), 1)], .unexpectedFamily, "\"f\""),
        ([MetricFamily(.gauge("a", help: "Other."), 1)], .unexpectedFamily, "\"a\""),
        ([MetricFamily(.counter("a_total", help: "A."), 1)], .unexpectedFamily, "\"a_total\""),
        ([MetricFamily(gauge, 1), MetricFamily(counter, 1), MetricFamily(gauge, 2)], .unexpectedFamily, "\"a\""),
        ([MetricFamily(gauge), MetricFamily(gauge)], .unexpectedFamily, "\"a\""),
    ]

    @Test(arguments: refused)
    func failsTheCollector(families: [MetricFamily], code: MetricError.Code, part: String) throws {
        let (error, shown) = try outcome(of: families)
        let refusal = try #require(error as? MetricError)
        #expect(refusal.code == code)
        #expect(refusal.description.contains(part), "\(refusal)")
        #expect(refusal.description.hasPrefix("the ") && !refusal.description.hasSuffix("."))
        #expect(shown == [])
    }

    static let taken: [[MetricFamily]] = [
        [], [MetricFamily(gauge)], [MetricFamily(counter, .real(.infinity)), MetricFamily(gauge, .real(.nan))],
        [MetricFamily(info, -7)], [MetricFamily(histogram, histogram(.max))],
        [MetricFamily(gaugeHistogram, histogram())],
        [MetricFamily(gauge, samples: [Sample(1, labels: ["le": "1"])])],
        [MetricFamily(gauge, samples: [Sample(1), Sample(1, labels: ["x": ""]), Sample(1, labels: ["x": "1"])])],
        [
            MetricFamily(
                gauge, samples: [Sample(1, labels: ["x": "1", "y": "2"]), Sample(1, labels: ["x": "2", "y": "1"])])
        ],
        [MetricFamily(gauge, samples: (0..<5000).map { Sample($0, labels: ["x": "\($0 % 70)", "y": "\($0 / 70)"]) })],
    ]

    @Test(arguments: taken)
    func showsTheRest(families: [MetricFamily]) throws {
        let (error, shown) = try outcome(of: families)
        #expect(error == nil)
        #expect(render(shown, as: .prometheusText) == render(families, as: .prometheusText))
    }

    /// In a large family, wherever the two are.
    @Test(arguments: [(0, 1), (0, 4999), (2500, 2501), (4998, 4999)])
    func findsTheOneDuplicate(first: Int, second: Int) throws {
        var samples = (0..<5000).map { Sample($0, labels: ["x": "\($0)", "y": "1"]) }
        samples[second].labels = ["y": "1", "x": "\(first)"]
        let (error, _) = try outcome(of: [MetricFamily(Self.gauge, samples: samples)])
        let refusal = try #require(error as? MetricError)
        #expect(refusal == .duplicateSample(metric: "a", labels: samples[second].labels))
    }

    @Test func aConstantLabelIsNoSamplesOwn() throws {
        let families = [
            MetricFamily(Self.gauge, samples: [Sample(1, labels: ["x": "1"]), Sample(1, labels: ["h": "1"])])
        ]
        let (error, shown) = try outcome(of: families, constantLabels: ["h": "2"])
        #expect(error as? MetricError == .constantLabel("h", metric: "a"))
        #expect(shown == [])
        let (bucketError, _) = try outcome(
            of: [MetricFamily(Self.histogram, Self.histogram())], constantLabels: ["le": "2"])
        #expect(bucketError as? MetricError == .bucketLabel(metric: "d"))
    }
}
