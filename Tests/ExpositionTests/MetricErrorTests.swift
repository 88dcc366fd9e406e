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
        .wrongLabelNames(metric: "a", labels: ["b", "c"], given: ["d", "c"]): "labels b, c but was asked for with c, d",
        .unexpectedFamily("a"): #""a""#,
        .invalidCollectorName("a b\n"): #""a b\n""#,
        .collectorNameTaken("tcp"): #""tcp""#,
        .invalidValue(metric: "a_total", labels: ["b": "c\n"], problem: "is -1"):
            #""a_total" a sample {b="c\n"} that is -1"#,
        .duplicateSample(metric: "a", labels: ["b": "c"]): #"{b="c"}"#,
        .constantLabel("host", metric: "a"): #""host""#,
    ])
    func saysWhatIsWrongInOneLine(error: MetricError, part: String) {
        #expect(error.description.contains(part))
        #expect(error.description.hasPrefix("the "))
        #expect(!error.description.hasSuffix("."))
        #expect(!error.description.contains("\n"))
    }

    @Test func tellsKindsApartByCode() {
        #expect(MetricError.invalidLabelName("a b").code == .invalidLabelName)
        #expect(MetricError.constantLabel("a", metric: "b").code == MetricError.duplicateLabelName("a").code)
        #expect(MetricError.nameTaken("a", by: "b").code != .collectorNameTaken)
    }
}
