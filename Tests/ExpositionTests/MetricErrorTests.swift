// SPDX-License-Identifier: Apache-2.0

import Exposition
import Testing

@Suite struct MetricErrorTests {
    @Test(arguments: [
        MetricError.invalidMetricName("9\n\"x\""): #""9\n\"x\"""#,
        .missingSuffix(name: "requests", kind: .counter): "_total",
        .missingSuffix(name: "build", kind: .info): "_info",
        .unitNotInName(name: "scan_seconds", unit: "bytes"): #""bytes""#,
        .unitOfInfo(name: "build_info", unit: "bytes"): #""build_info""#,
        .invalidLabelName("a b"): #""a b""#,
        .reservedLabelName("__name__"): #""__name__""#,
        .duplicateLabelName("family"): #""family""#,
        .bucketLabel(metric: "a"): #""a" has a label le"#,
        .invalidBuckets([1, 1]): "[1.0, 1.0]",
        .nameTaken("a", by: "a_total"): #""a_total""#,
        .wrongNumberOfLabelValues(metric: "a", labels: ["b", "c"], given: 1): "2 labels (b, c)",
        .tooManySeries(metric: "a", limit: 1000): "1000",
        .unexpectedFamily("a"): #""a""#,
    ])
    func saysWhatIsWrongInOneLine(error: MetricError, part: String) {
        #expect(error.description.contains(part))
        #expect(error.description.hasPrefix("The "))
        #expect(error.description.hasSuffix("."))
        #expect(!error.description.contains("\n"))
    }
}
