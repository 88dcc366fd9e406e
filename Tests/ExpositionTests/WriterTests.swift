// SPDX-License-Identifier: Apache-2.0

import Exposition
import Testing

@Suite struct WriterTests {
    @Test(arguments: [(ExpositionFormat.prometheusText, ""), (.openMetrics, "# EOF\n")])
    func writesNoFamilies(format: ExpositionFormat, text: String) {
        #expect(render([], as: format) == text)
        #expect(render([MetricFamily(.gauge("x", help: "X."))], as: format) == text)
    }

    @Test(arguments: [(ExpositionFormat.prometheusText, ""), (.openMetrics, "# EOF\n")])
    func appendsToTheBuffer(format: ExpositionFormat, end: String) {
        var buffer = Array("kept\n".utf8)
        format.write([MetricFamily(.gauge("x", help: ""), 1)], into: &buffer)
        format.write([], into: &buffer)
        #expect(String(decoding: buffer, as: UTF8.self) == "kept\n# TYPE x gauge\nx 1\n" + end + end)
    }

    @Test func takesAnySequence() {
        var buffer: [UInt8] = []
        let families = (1...2).lazy.map { MetricFamily(.gauge("x", help: ""), .integer($0)) }
        ExpositionFormat.prometheusText.write(families, into: &buffer)
        #expect(String(decoding: buffer, as: UTF8.self) == "# TYPE x gauge\nx 1\n# TYPE x gauge\nx 2\n")
    }

    @Test(arguments: [
        (
            ExpositionFormat.prometheusText,
            "# HELP x_bytes_total a\\\\b\\n\"c\"\n# TYPE x_bytes_total counter\nx_bytes_total 1\n"
        ),
        (
            .openMetrics,
            "# TYPE x_bytes counter\n# UNIT x_bytes bytes\n# HELP x_bytes a\\\\b\\n\\\"c\\\"\nx_bytes_total 1\n# EOF\n"
        ),
    ])
    func writesMetadataOfCounter(format: ExpositionFormat, text: String) {
        let description = MetricDescription.counter("x_bytes_total", unit: "bytes", help: "a\\b\n\"c\"")
        #expect(render([MetricFamily(description, 1)], as: format) == text)
    }

    @Test(arguments: [
        (ExpositionFormat.prometheusText, "# HELP x_info X.\n# TYPE x_info gauge\nx_info 1\nx_info{a=\"b\"} 1\n"),
        (.openMetrics, "# TYPE x info\n# HELP x X.\nx_info 1\nx_info{a=\"b\"} 1\n# EOF\n"),
    ])
    func infoIsAlwaysOne(format: ExpositionFormat, text: String) {
        var family = MetricFamily(.info("x_info", help: "X."), 0)
        family.append(.real(.nan), labels: ["a": "b"])
        #expect(render([family], as: format) == text)
    }

    @Test(arguments: ExpositionFormat.allCases)
    func leavesOutWhatIsNoCount(format: ExpositionFormat) {
        let description = MetricDescription.counter("x_total", help: "")
        let wrong: [MetricValue] = [-1, .integer(.min), .real(-0.5), .real(.nan), .real(-.infinity)]
        let right: [MetricValue] = [0, .real(0), .integer(.max), .real(0.5), .real(.infinity)]
        let mixed = render([MetricFamily(description, samples: (wrong + right + wrong).map { Sample($0) })], as: format)
        let clean = render([MetricFamily(description, samples: right.map { Sample($0) })], as: format)
        #expect(mixed == clean)
        #expect(mixed.contains("x_total 0\nx_total 0\nx_total 9223372036854775807\nx_total 0.5\nx_total +Inf\n"))
        #expect(
            render([MetricFamily(description, samples: wrong.map { Sample($0) })], as: format)
                == render([], as: format))
    }

    @Test func keepsTheOrderOfSamples() {
        var family = MetricFamily(.gauge("x", help: ""))
        family.append(2, labels: ["a": "z"])
        family.append(1, labels: ["a": "y"])
        family.append(0)
        #expect(
            render([family], as: .prometheusText) == "# TYPE x gauge\nx{a=\"z\"} 2\nx{a=\"y\"} 1\nx 0\n")
    }

    @Test func namesItsContentType() {
        #expect(ExpositionFormat.prometheusText.contentType == "text/plain; version=0.0.4; charset=utf-8")
        #expect(
            ExpositionFormat.openMetrics.contentType == "application/openmetrics-text; version=1.0.0; charset=utf-8")
    }
}
