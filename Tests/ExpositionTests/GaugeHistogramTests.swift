// SPDX-License-Identifier: Apache-2.0

import Exposition
import Foundation
import Testing

@Suite struct GaugeHistogramTests {
    private static let ages = MetricFamily(
        .gaugeHistogram("x_seconds", unit: "seconds", help: "X."),
        samples: [
            Sample(.histogram(HistogramValue([1, 2], counts: [1, 2, 3], sum: 7.5)), labels: ["a": "b"]),
            Sample(.histogram(HistogramValue([1, 2], counts: [], sum: 0)), labels: ["a": "c"]),
        ])

    @Test func isAHistogramAndTwoGaugesInText() {
        #expect(
            render([Self.ages], as: .prometheusText) == """
                # HELP x_seconds X.
                # TYPE x_seconds histogram
                x_seconds_bucket{a="b",le="1.0"} 1
                x_seconds_bucket{a="b",le="2.0"} 3
                x_seconds_bucket{a="b",le="+Inf"} 6
                x_seconds_bucket{a="c",le="1.0"} 0
                x_seconds_bucket{a="c",le="2.0"} 0
                x_seconds_bucket{a="c",le="+Inf"} 0
                # HELP x_seconds_gcount X.
                # TYPE x_seconds_gcount gauge
                x_seconds_gcount{a="b"} 6
                x_seconds_gcount{a="c"} 0
                # HELP x_seconds_gsum X.
                # TYPE x_seconds_gsum gauge
                x_seconds_gsum{a="b"} 7.5
                x_seconds_gsum{a="c"} 0

                """)
    }

    @Test func hasATypeOfItsOwnInOpenMetrics() {
        #expect(
            render([Self.ages], as: .openMetrics) == """
                # TYPE x_seconds gaugehistogram
                # UNIT x_seconds seconds
                # HELP x_seconds X.
                x_seconds_bucket{a="b",le="1.0"} 1
                x_seconds_bucket{a="b",le="2.0"} 3
                x_seconds_bucket{a="b",le="+Inf"} 6
                x_seconds_gcount{a="b"} 6
                x_seconds_gsum{a="b"} 7.5
                x_seconds_bucket{a="c",le="1.0"} 0
                x_seconds_bucket{a="c",le="2.0"} 0
                x_seconds_bucket{a="c",le="+Inf"} 0
                x_seconds_gcount{a="c"} 0
                x_seconds_gsum{a="c"} 0
                # EOF

                """)
    }

    /// In OpenMetrics a sum is negative only where a bound is, and never NaN.
    @Test(arguments: [
        (HistogramValue([-1, 1], counts: [1], sum: 5), true), (HistogramValue([-1, 1], counts: [1], sum: -5), true),
        (HistogramValue([-1, 1], counts: [1], sum: .nan), false), (HistogramValue([1], counts: [1], sum: -5), false),
        (HistogramValue([1], counts: [1], sum: .nan), false), (HistogramValue([0], counts: [], sum: 0), true),
    ])
    func leavesOutASumThatReadersRefuse(value: HistogramValue, hasSum: Bool) {
        let family = MetricFamily(.gaugeHistogram("x", help: ""), .histogram(value))
        #expect(render([family], as: .openMetrics).contains("x_gsum") == hasSum)
        #expect(render([family], as: .openMetrics).contains("x_gcount") == hasSum)
        #expect(render([family], as: .prometheusText).contains("x_gsum"))
    }

    private static let python = ProcessInfo.processInfo.environment["SOCKET_EXPORTER_PYTHONPATH"]

    /// Runs a script beside client_python, and gives it text.
    private func run(_ script: String, _ input: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script]
        process.environment = ProcessInfo.processInfo.environment.merging(["PYTHONPATH": Self.python ?? ""]) { $1 }
        let (stdin, stdout) = (Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        try process.run()
        try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        let output = try stdout.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: output, as: UTF8.self)
    }

    @Test(.enabled(if: python != nil, "scripts/test says where client_python is"))
    func clientPythonReadsThemAll() throws {
        let script = """
            import sys
            from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse
            families = [family for family in parse(sys.stdin.read()) if family.type == "gaugehistogram"]
            print(len(families), sum(len(family.samples) for family in families))
            """
        #expect(try run(script, render(goldenFamilies, as: .openMetrics)) == "3 18\n")
    }

    /// Both write the same families, and the same in both formats but for how numbers look.
    @Test(.enabled(if: python != nil, "scripts/test says where client_python is"))
    func clientPythonWritesThemAlike() throws {
        let script = """
            import sys
            from prometheus_client import CollectorRegistry
            from prometheus_client.core import GaugeHistogramMetricFamily
            from prometheus_client.exposition import generate_latest as text
            from prometheus_client.openmetrics.exposition import generate_latest as openmetrics

            class Ages:
                def collect(self):
                    family = GaugeHistogramMetricFamily("x_seconds", "X.", labels=["a"], unit="seconds")
                    family.add_metric(["b"], [("1.0", 1), ("2.0", 3), ("+Inf", 6)], 7.5)
                    family.add_metric(["c"], [("1.0", 0), ("2.0", 0), ("+Inf", 0)], 0)
                    yield family

            registry = CollectorRegistry()
            registry.register(Ages())
            print((text if sys.stdin.read() == "text" else openmetrics)(registry).decode(), end="")
            """
        func lines(_ exposition: String) -> [Substring] {
            exposition.split(separator: "\n").map { $0.hasSuffix(".0") ? $0.dropLast(2) : $0 }
        }
        #expect(try lines(run(script, "text")) == lines(render([Self.ages], as: .prometheusText)))
        let openMetrics = Set(lines(render([Self.ages], as: .openMetrics)))
        #expect(try Set(lines(run(script, "openmetrics"))) == openMetrics)
    }
}
