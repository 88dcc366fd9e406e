// SPDX-License-Identifier: Apache-2.0

import Exposition
import Synchronization
import Testing

@Suite struct RegistryTests {
    @Test func exposesInTheOrderOfRegistration() throws {
        let registry = Registry()
        let gauge = try registry.gauge("z", labels: ["type"], help: "Z.")
        let counter = try registry.counter("y_bytes_total", unit: "bytes", help: "Y.")
        try registry.info("x_info", ["version": "1"], help: "X.").set(["version": "2"])
        try registry.collect(.gauge("w", help: "W.")) { [Sample(4)] }
        let histogram = try registry.histogram("a", buckets: [1], help: "A.")
        try gauge.labels("Linux").set(36)
        try gauge.labels("BSD").set(0.5)
        counter.increment(by: 7)
        histogram.observe(0.25)
        #expect(
            render(registry.families(), as: .prometheusText) == """
                # HELP z Z.
                # TYPE z gauge
                z{type="Linux"} 36
                z{type="BSD"} 0.5
                # HELP y_bytes_total Y.
                # TYPE y_bytes_total counter
                y_bytes_total 7
                # HELP x_info X.
                # TYPE x_info gauge
                x_info{version="2"} 1
                # HELP w W.
                # TYPE w gauge
                w 4
                # HELP a A.
                # TYPE a histogram
                a_bucket{le="1.0"} 1
                a_bucket{le="+Inf"} 1
                a_sum 0.25
                a_count 1

                """)
    }

    @Test func aMetricWithoutLabelsIs0FromTheStart() throws {
        let registry = Registry()
        _ = try registry.gauge("a", help: "")
        _ = try registry.counter("b_total", help: "")
        _ = try registry.gauge("c", labels: ["d"], help: "")
        #expect(registry.families().map(\.samples) == [[Sample(0)], [Sample(0)], []])
    }

    /// Whether a reader of OpenMetrics refuses the two together, in either order.
    static let pairs: [(first: MetricDescription, second: MetricDescription, clash: Bool)] = [
        (.gauge("x", help: ""), .gauge("x", help: ""), true), (.gauge("x", help: ""), .gauge("y", help: ""), false),
        (.gauge("x", help: ""), .counter("x_total", help: ""), true),
        (.gauge("x_total", help: ""), .counter("x_total", help: ""), true),
        (.gauge("x_created", help: ""), .counter("x_total", help: ""), true),
        (.gauge("x_info", help: ""), .info("x_info", help: ""), true),
        (.gauge("x", help: ""), .info("x_info", help: ""), true),
        (.counter("x_total", help: ""), .info("x_info", help: ""), true),
        (.histogram("x", help: ""), .gauge("x", help: ""), true),
        (.histogram("x", help: ""), .gauge("x_count", help: ""), true),
        (.histogram("x", help: ""), .gauge("x_sum", help: ""), true),
        (.histogram("x", help: ""), .gauge("x_bucket", help: ""), true),
        (.histogram("x", help: ""), .gauge("x_created", help: ""), true),
        (.histogram("x", help: ""), .counter("x_total", help: ""), true),
        (.histogram("x", help: ""), .counter("x_sum_total", help: ""), true),
        (.histogram("x", help: ""), .info("x_count_info", help: ""), true),
        (.histogram("x", help: ""), .histogram("x_bucket", help: ""), true),
        (.gauge("x", help: ""), .gauge("x_count", help: ""), false),
        (.gauge("x", help: ""), .gauge("x_total", help: ""), false),
        (.histogram("x", help: ""), .gauge("x_total", help: ""), false),
        (.histogram("x", help: ""), .gauge("x_info", help: ""), false),
        (.counter("x_total", help: ""), .counter("x_total_total", help: ""), true),
        (.info("x_info", help: ""), .counter("x_info_total", help: ""), true),
        (.gaugeHistogram("x", help: ""), .gauge("x", help: ""), true),
        (.gaugeHistogram("x", help: ""), .gauge("x_gcount", help: ""), true),
        (.gaugeHistogram("x", help: ""), .gauge("x_gsum", help: ""), true),
        (.gaugeHistogram("x", help: ""), .gauge("x_bucket", help: ""), true),
        (.gaugeHistogram("x", help: ""), .gauge("x_count", help: ""), true),  // in the text format it is a histogram
        (.gaugeHistogram("x", help: ""), .gauge("x_sum", help: ""), true),
        (.gaugeHistogram("x", help: ""), .gauge("x_created", help: ""), false),
        (.histogram("x", help: ""), .gauge("x_gcount", help: ""), false),
    ]

    @Test(arguments: pairs)
    func refusesNamesThatClash(first: MetricDescription, second: MetricDescription, clash: Bool) throws {
        for (first, second) in [(first, second), (second, first)] {
            let registry = Registry()
            try registry.collect(first, name: "first") { [] }
            if clash {
                #expect(throws: MetricError.nameTaken(second.name, by: first.name)) {
                    try registry.collect(second, name: "second") { [] }
                }
            } else {
                try registry.collect(second, name: "second") { [] }
            }
        }
    }

    @Test func whatIsRefusedLeavesNoTrace() throws {
        let registry = Registry()
        _ = try registry.gauge("a", help: "")
        let own = [MetricDescription.gauge("b", help: ""), .gauge("a", help: "")]
        #expect(throws: MetricError.nameTaken("a", by: "a")) { try registry.collect(own) { [] } }
        #expect(throws: MetricError.invalidLabelName("c-d")) { try registry.gauge("b", labels: ["c-d"], help: "") }
        #expect(throws: MetricError.duplicateLabelName("c")) { try registry.gauge("b", labels: ["c", "c"], help: "") }
        #expect(throws: MetricError.reservedLabelName("__c")) {
            try registry.counter("b_total", labels: ["__c"], help: "")
        }
        #expect(throws: MetricError.bucketLabel(metric: "b")) { try registry.histogram("b", labels: ["le"], help: "") }
        #expect(throws: MetricError.invalidMetricName("b-c")) { try registry.gauge("b-c", help: "") }
        #expect(throws: MetricError.missingSuffix(name: "b", kind: .counter)) { try registry.counter("b", help: "") }
        #expect(throws: MetricError.unitNotInName(name: "b", unit: "s")) {
            try registry.gauge("b", unit: "s", help: "")
        }
        _ = try registry.gauge("b", labels: ["le"], help: "")
        #expect(registry.families().map(\.metadata.name) == ["a", "b"])
    }

    @Test func aCollectorMayRegister() throws {
        let registry = Registry()
        try registry.collect(.gauge("a", help: "")) {
            _ = try? registry.gauge("b", help: "")
            return []
        }
        #expect(registry.families().map(\.metadata.name) == ["a"])
        #expect(registry.families().map(\.metadata.name) == ["a", "b"])
    }
}
