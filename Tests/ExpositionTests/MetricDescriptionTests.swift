// SPDX-License-Identifier: Apache-2.0

import Exposition
import Testing

@Suite struct MetricDescriptionTests {
    @Test(arguments: ["a", "Z", "_", ":", "a1", "job:rate5m:sum", "node_cpu_seconds", "time_wait_count", "x_total"])
    func acceptsGaugeName(_ name: String) throws {
        let description = try MetricDescription(name, kind: .gauge, help: "Help.")
        #expect(description.name == name)
        #expect(description.kind == .gauge)
        #expect(description.unit == nil)
        #expect(description.help == "Help.")
    }

    @Test(arguments: ["", "1", "9lives", "a b", "a-b", "a.b", "ä", "aé", "a\u{301}", "a\n", "a\0", " a", "a{", "日本"])
    func refusesName(_ name: String) {
        #expect(throws: MetricError.invalidMetricName(name)) {
            try MetricDescription(name, kind: .gauge, help: "")
        }
    }

    @Test(arguments: [
        ("requests", MetricDescription.Kind.counter), ("requests_Total", .counter), ("requeststotal", .counter),
        ("_total", .counter), ("requests_total_info", .counter), ("build", .info), ("_info", .info),
        ("build_info_total", .info),
    ])
    func refusesNameWithoutSuffix(name: String, kind: MetricDescription.Kind) {
        #expect(throws: MetricError.missingSuffix(name: name, kind: kind)) {
            try MetricDescription(name, kind: kind, help: "")
        }
    }

    @Test(arguments: [
        ("scan_seconds", MetricDescription.Kind.gauge, "seconds"), ("cpu_seconds_total", .counter, "seconds"),
        ("_s", .gauge, "s"), ("a_b_c", .gauge, "b_c"), ("a_total", .gauge, "total"),
    ])
    func acceptsUnitAtTheEndOfTheName(name: String, kind: MetricDescription.Kind, unit: String) throws {
        #expect(try MetricDescription(name, kind: kind, unit: unit, help: "").unit == unit)
    }

    @Test(arguments: [
        ("scan_seconds", MetricDescription.Kind.gauge, "bytes"), ("scanseconds", .gauge, "seconds"),
        ("seconds", .gauge, "seconds"), ("seconds_total", .counter, "seconds"), ("a_total", .counter, "total"),
        ("scan_seconds", .gauge, "Seconds"), ("scan_", .gauge, ""), ("seconds_scan", .gauge, "seconds"),
        ("boiler_K", .gauge, "\u{212A}"),
    ])
    func refusesUnitElsewhere(name: String, kind: MetricDescription.Kind, unit: String) {
        #expect(throws: MetricError.unitNotInName(name: name, unit: unit)) {
            try MetricDescription(name, kind: kind, unit: unit, help: "")
        }
    }

    @Test func refusesUnitOfInfo() {
        #expect(throws: MetricError.unitOfInfo(name: "a_seconds_info", unit: "seconds")) {
            try MetricDescription("a_seconds_info", kind: .info, unit: "seconds", help: "")
        }
    }

    @Test func literalsEqualCheckedDescriptions() throws {
        #expect(
            try MetricDescription.gauge("a_bytes", unit: "bytes", help: "A.")
                == MetricDescription("a_bytes", kind: .gauge, unit: "bytes", help: "A."))
        #expect(
            try MetricDescription.counter("a_bytes_total", unit: "bytes", help: "A.")
                == MetricDescription("a_bytes_total", kind: .counter, unit: "bytes", help: "A."))
        #expect(
            try MetricDescription.info("a_info", help: "A.") == MetricDescription("a_info", kind: .info, help: "A."))
    }

    @Test func kindsHaveWords() {
        let kinds: [MetricDescription.Kind] = [.gauge, .counter, .info, .histogram, .gaugeHistogram]
        #expect(kinds.map { "\($0)" } == ["gauge", "counter", "info", "histogram", "gauge histogram"])
    }

    @Test func wrongLiteralStopsTheProgram() async {
        await #expect(processExitsWith: .failure) { _ = MetricDescription.gauge("not a name", help: "") }
        await #expect(processExitsWith: .failure) { _ = MetricDescription.counter("requests", help: "") }
        await #expect(processExitsWith: .failure) { _ = MetricDescription.info("build", help: "") }
    }
}
