// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Exposition
import MetricsExposition
import Synchronization
import Testing

@Suite struct RegistryMetricsFactoryTests {
    private let registry = Registry()
    private let factory: RegistryMetricsFactory
    private final class Drops: Sendable {
        let all = Mutex<[DroppedMetric]>([])
    }
    private let drops = Drops()

    init() throws {
        var configuration = RegistryMetricsFactory.Configuration()
        configuration.maximumSeries = 3
        configuration.timerBuckets = [0.1, 1]
        configuration.recorderBuckets = [10]
        configuration.buckets = ["db.query": [0.001], "payload": [100, 200]]
        configuration.help = ["db.query": "Queries."]
        factory = try RegistryMetricsFactory(registry, configuration: configuration) { [drops] metric in
            drops.all.withLock { $0.append(metric) }
        }
    }

    /// The exposition without the factory's own metric.
    private var text: String {
        var buffer: [UInt8] = []
        ExpositionFormat.prometheusText.write(registry.gather().families.dropFirst(), into: &buffer)
        return String(decoding: buffer, as: UTF8.self)
    }

    private func dropped(_ reason: String) -> MetricValue? {
        let labels = try? Labels([(name: "reason", value: reason)])
        return registry.gather().families.first?.samples.first { $0.labels == labels }?.value
    }

    @Test func eachKindIsExposed() {
        CoreMetrics.Counter(
            label: "http.requests", dimensions: [("status-code", "200"), ("a", "\"b\"")], factory: factory
        )
        .increment(by: 2)
        FloatingPointCounter(label: "energy", factory: factory).increment(by: 2.5)
        Meter(label: "queue.depth", factory: factory).set(7)
        CoreMetrics.Gauge(label: "temperature", factory: factory).record(-3.5)
        Recorder(label: "sizes", factory: factory).record(11)
        CoreMetrics.Timer(label: "latency", factory: factory).recordMilliseconds(250)
        #expect(
            text == #"""
                # HELP http_requests_total The counter http.requests of swift-metrics.
                # TYPE http_requests_total counter
                http_requests_total{a="\"b\"",status_code="200"} 2
                # HELP energy_total The counter energy of swift-metrics.
                # TYPE energy_total counter
                energy_total 2.5
                # HELP queue_depth The gauge queue.depth of swift-metrics.
                # TYPE queue_depth gauge
                queue_depth 7
                # HELP temperature The gauge temperature of swift-metrics.
                # TYPE temperature gauge
                temperature -3.5
                # HELP sizes The histogram sizes of swift-metrics.
                # TYPE sizes histogram
                sizes_bucket{le="10.0"} 0
                sizes_bucket{le="+Inf"} 1
                sizes_sum 11
                sizes_count 1
                # HELP latency_seconds The histogram latency of swift-metrics.
                # TYPE latency_seconds histogram
                latency_seconds_bucket{le="0.1"} 0
                latency_seconds_bucket{le="1.0"} 1
                latency_seconds_bucket{le="+Inf"} 1
                latency_seconds_sum 0.25
                latency_seconds_count 1

                """#)
    }

    @Test func bucketsAndHelpOfSingleMetrics() {
        CoreMetrics.Timer(label: "db.query", factory: factory).recordNanoseconds(500_000)
        Recorder(label: "payload", factory: factory).record(150.5)
        #expect(
            text == """
                # HELP db_query_seconds Queries.
                # TYPE db_query_seconds histogram
                db_query_seconds_bucket{le="0.001"} 1
                db_query_seconds_bucket{le="+Inf"} 1
                db_query_seconds_sum 0.0005
                db_query_seconds_count 1
                # HELP payload The histogram payload of swift-metrics.
                # TYPE payload histogram
                payload_bucket{le="100.0"} 0
                payload_bucket{le="200.0"} 1
                payload_bucket{le="+Inf"} 1
                payload_sum 150.5
                payload_count 1

                """)
    }

    @Test(arguments: [
        ("a", "a_total"), ("a_total", "a_total"), ("a.total", "a_total"), ("_total", "_total_total"), ("", "__total"),
        ("9a", "_9a_total"), ("a:b", "a_b_total"), ("ä\u{301}b", "__b_total"), ("a\n\"b\"", "a__b__total"),
        ("🧦", "__total"), ("http/2 requests", "http_2_requests_total"),
    ])
    func anyLabelMakesAName(label: String, name: String) {
        CoreMetrics.Counter(label: label, factory: factory).increment()
        #expect(text.hasSuffix("\n\(name) 1\n"))
        #expect(drops.all.withLock { $0 } == [])
    }

    @Test(arguments: [
        ([("le", "1")], #"exported_le="1""#), ([("__name__", "x")], #"exported___name__="x""#), ([("", "")], #"_="""#),
        ([("a.b", "1"), ("a-b", "2")], #"a_b="2""#), ([("b", "1"), ("a", "2")], #"a="2",b="1""#),
        ([("é", "\\\n")], #"_="\\\n""#),
    ])
    func anyDimensionsMakeLabels(dimensions: [(String, String)], labels: String) {
        CoreMetrics.Gauge(label: "x", dimensions: dimensions, factory: factory).record(1)
        #expect(text.hasSuffix("\nx{\(labels)} 1\n"))
    }

    @Test func theSameMetricIsOneSeries() {
        let dimensions = [("a", "1"), ("b", "2")]
        CoreMetrics.Counter(label: "x.y", dimensions: dimensions, factory: factory).increment()
        CoreMetrics.Counter(label: "x_y", dimensions: dimensions.reversed(), factory: factory).increment(by: 2)
        FloatingPointCounter(label: "x-y", dimensions: dimensions, factory: factory).increment(by: 0.5)
        #expect(text.hasSuffix("\nx_y_total{a=\"1\",b=\"2\"} 3.5\n"))
    }

    @Test func seriesOfAMetricMayHaveOtherLabels() {
        CoreMetrics.Counter(label: "x", dimensions: [], factory: factory).increment()
        CoreMetrics.Counter(label: "x", dimensions: [("a", "1")], factory: factory).increment()
        CoreMetrics.Counter(label: "x", dimensions: [("b", "1")], factory: factory).increment()
        #expect(text.hasSuffix("\nx_total 1\nx_total{a=\"1\"} 1\nx_total{b=\"1\"} 1\n"))
    }

    @Test func whatClashesIsDroppedAndCounted() throws {
        _ = try registry.gauge("own", help: "Own.")
        Meter(label: "x", factory: factory).set(1)
        CoreMetrics.Counter(label: "x", factory: factory).increment()  // x_total beside x
        Recorder(label: "x", factory: factory).record(2)  // a histogram beside a gauge
        CoreMetrics.Timer(label: "own", factory: factory).recordSeconds(3)  // own_seconds: no clash
        CoreMetrics.Gauge(label: "own", factory: factory).record(4)
        FloatingPointCounter(label: "x", factory: factory).increment(by: 0.5)
        #expect(text.contains("\nx 1\n") && text.contains("\nown 0\n") && text.contains("\nown_seconds_sum 3\n"))
        #expect(!text.contains("x_total"))
        #expect(dropped("name") == 4)
        #expect(dropped("series") == 0)
        let all = drops.all.withLock { $0 }
        // Once of each name under which it would be exposed.
        #expect(all.map(\.label) == ["x", "x", "own"])
        #expect(all.first?.error == .nameTaken("x_total", by: "x"))
        #expect(
            all.first?.description.hasPrefix("The metric \"x\" of swift-metrics is dropped: the metric name ") == true)
    }

    @Test func anotherUnitIsAnotherMetric() {
        CoreMetrics.Timer(label: "db.query", factory: factory).recordSeconds(1)
        Recorder(label: "db_query_seconds", factory: factory).record(250)
        #expect(text.contains("db_query_seconds_sum 1\n"))
        #expect(dropped("name") == 1)
    }

    @Test func theNumberOfSeriesIsBounded() {
        for value in 0..<5 {
            CoreMetrics.Counter(label: "x", dimensions: [("a", "\(value)")], factory: factory).increment()
        }
        #expect(text.hasSuffix("\nx_total{a=\"0\"} 1\nx_total{a=\"1\"} 1\nx_total{a=\"2\"} 1\n"))
        #expect(dropped("series") == 2)
    }

    @Test func destroyedMetricsLeaveTheExpositionAndBeginAgain() {
        let counter = CoreMetrics.Counter(label: "c", factory: factory)
        counter.increment(by: 5)
        let all: [() -> Void] = [
            counter.destroy,
            FloatingPointCounter(label: "f", factory: factory).destroy, Meter(label: "m", factory: factory).destroy,
            Recorder(label: "r", factory: factory).destroy, CoreMetrics.Gauge(label: "g", factory: factory).destroy,
            CoreMetrics.Timer(label: "t", factory: factory).destroy,
        ]
        #expect(text.split(separator: "\n").filter { $0.hasPrefix("# TYPE") }.count == 6)
        for destroy in all { destroy() }
        #expect(text.isEmpty)
        let again = CoreMetrics.Counter(label: "c", factory: factory)
        again.increment()
        counter.increment()
        counter.destroy()  // is not the new one
        #expect(text.hasSuffix("\nc_total 1\n"))
        // A dropped metric too can be destroyed.
        Recorder(label: "c", factory: factory).destroy()
    }

    @Test func resetBeginsAgain() {
        let counter = CoreMetrics.Counter(label: "c", factory: factory)
        counter.increment(by: 5)
        counter.reset()
        #expect(text.hasSuffix("\nc_total 0\n"))
    }

    @Test func constantLabelsAreOnEverySeries() throws {
        let registry = Registry(constantLabels: ["host": "h"])
        let factory = try RegistryMetricsFactory(registry)
        CoreMetrics.Counter(label: "x", dimensions: [("host", "own"), ("a", "1")], factory: factory).increment()
        Meter(label: "y", factory: factory).set(2)
        var buffer: [UInt8] = []
        ExpositionFormat.prometheusText.write(registry.gather().families.dropFirst(), into: &buffer)
        let lines = String(decoding: buffer, as: UTF8.self).split(separator: "\n").filter { $0.first != "#" }
        #expect(lines == [#"x_total{a="1",exported_host="own",host="h"} 1"#, #"y{host="h"} 2"#])
    }

    @Test func aSecondFactoryIsRefused() {
        #expect(throws: MetricError.self) { try RegistryMetricsFactory(registry) }
    }

    @Test func threadsMakeAndUpdate() async {
        await withTaskGroup { group in
            for task in 0..<8 {
                group.addTask {
                    for update in 0..<1000 {
                        let dimensions = [("a", "\((task + update) % 3)")]
                        CoreMetrics.Counter(label: "x", dimensions: dimensions, factory: factory).increment()
                        CoreMetrics.Timer(label: "t", factory: factory).recordSeconds(1)
                    }
                }
            }
            for _ in 0..<4 { group.addTask { for _ in 0..<50 { _ = await registry.gather().families } } }
        }
        let samples = await registry.gather().families.first { $0.metadata.name == "x_total" }?.samples ?? []
        let counts = samples.map { sample in
            if case .integer(let count) = sample.value { count } else { 0 }
        }
        #expect(counts.reduce(0, +) == 8000)
        #expect(text.contains("\nt_seconds_count 8000\n"))
    }
}
