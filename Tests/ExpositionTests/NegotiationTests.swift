// SPDX-License-Identifier: Apache-2.0

import Exposition
import Testing

@Suite struct NegotiationTests {
    static let text = "text/plain; version=0.0.4; charset=utf-8"
    static let openMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8"
    static let prometheus3 =
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
        + "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
        + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
    static let prometheus2 =
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
        + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
    static let protobufFirst =
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,"
        + "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=0.0.4;q=0.2,*/*;q=0.1"
    static let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"

    @Test(arguments: [
        ([prometheus3], openMetrics + "; escaping=underscores"), ([prometheus2], openMetrics),
        ([protobufFirst], openMetrics + "; escaping=underscores"), ([browser], text), (["*/*"], text), ([], text),
    ])
    func answersKnownClients(accept: [String], contentType: String) {
        expect(accept, contentType)
    }

    @Test(arguments: [
        ("text/plain", text), ("application/openmetrics-text", openMetrics), ("text/*", text),
        ("application/*", openMetrics), ("text/plain;version=0.0.4", text), ("*/*;version=1.0.0", openMetrics),
        ("application/openmetrics-text;version=1.0.0", openMetrics), ("text/plain;charset=latin1", text),
        // not ours
        ("text/plain;version=1.0.0", text), ("application/openmetrics-text;version=0.0.1", text),
        ("application/openmetrics-text;version=1.0.0.", text), ("application/openmetrics-text;version=", text),
        ("application/openmetrics-text;version", text), ("application/openmetrics", text), ("*/openmetrics-text", text),
        ("application/openmetrics-textual", text), ("application", text), ("image/png", text), ("/", text), ("", text),
        ("text/plain;version=1.0.0, application/openmetrics-text;q=0.1", openMetrics),
        ("application/openmetrics-text;version=0.0.1, text/plain;q=0.1", text),
    ])
    func matchesTypesAndVersions(accept: String, contentType: String) {
        expect([accept], contentType)
    }

    @Test(arguments: [
        // the greater weight
        ("text/plain;q=0.5, application/openmetrics-text;q=0.501", openMetrics),
        ("text/plain;q=0.501, application/openmetrics-text;q=0.5", text),
        ("text/plain;q=0.9, application/openmetrics-text", openMetrics),
        ("application/openmetrics-text;q=0.001", openMetrics),
        // the more specific range decides, not the greater weight
        ("application/openmetrics-text;q=0.1, */*", text), ("text/plain;q=0.1, */*;q=0.2", openMetrics),
        ("text/plain;q=0.1, text/*, application/*;q=0.5", openMetrics),
        ("text/plain;version=0.0.4;q=0.1, text/plain, application/openmetrics-text;q=0.5", openMetrics),
        ("text/*;q=0.1, */*;q=0.9", openMetrics), ("*/*;version=0.0.4;q=0.1, */*;q=0.9", openMetrics),
        // of equally specific ranges the one with the greater weight
        ("text/plain;q=0.1, text/plain;q=0.9, application/openmetrics-text;q=0.5", text),
        ("text/plain;q=0.9, text/plain;q=0.1, application/openmetrics-text;q=0.5", text),
        // ties: the first in the list; the text format within one range
        ("text/plain, application/openmetrics-text", text), ("application/openmetrics-text, text/plain", openMetrics),
        ("text/*, application/*", text), ("application/*, text/*", openMetrics),
        ("application/openmetrics-text;q=0.4, */*;q=0.4", openMetrics), ("*/*, application/openmetrics-text", text),
        // not acceptable
        ("text/plain;q=0, */*", openMetrics), ("application/openmetrics-text;q=0.000, */*", text),
        ("application/openmetrics-text;q=0, application/*", text), ("text/*;q=0, */*;q=0.1", openMetrics),
        ("*/*;q=0", text), ("text/plain;q=0", text), ("text/plain;q=0, application/openmetrics-text;q=0", text),
        ("*/*;q=0, application/openmetrics-text", openMetrics),
    ])
    func weighsRanges(accept: String, contentType: String) {
        expect([accept], contentType)
    }

    @Test(arguments: ["0.5", "0.", "1", "1.", "1.0", "1.00", "1.000", "0.1", "0.12", "0.123", "0", "0.0", "0.000"])
    func readsWeight(_ weight: String) throws {
        let excludes = try #require(Double(weight)) == 0
        expect(["application/openmetrics-text;q=\(weight)"], excludes ? Self.text : Self.openMetrics)
    }

    @Test(arguments: [
        "", ".5", "2", "1.1", "1.001", "0.1234", "1.0000", "-1", "-0.5", "+1", "0,5", "0.5x", "x", "NaN", "inf", "1e0",
        "00",
        "01", "0.5 5", "0..5", "٠.٥", "99999999999999999999", "0x1",
    ])
    func passesOverRangeWithMalformedWeight(_ weight: String) {
        expect(["application/openmetrics-text;q=\(weight)"], Self.text)
    }

    @Test(arguments: [
        ("APPLICATION/OpenMetrics-Text;VERSION=1.0.0;Q=0.7, text/plain;q=0.6", openMetrics),
        ("text/plain ; q=0.1 , application/openmetrics-text ; version=1.0.0 ; q=0.2", openMetrics),
        ("\t text/plain\t;q=0.1\t,\tapplication/openmetrics-text\t", openMetrics),
        ("application/openmetrics-text;q = 0.2, text/plain;q =0.1", openMetrics),
        ("application/openmetrics-text;version=\"1.0.0\"", openMetrics),
        (#"application/openmetrics-text;version="\1.0\.0""#, openMetrics),
        (#"application/openmetrics-text;x=",";q=0.5;y="\",text/plain""#, openMetrics),
        (#"text/plain;x="a;q=0", application/openmetrics-text;q=0.5"#, text),
        ("application/openmetrics-text;q=0.5;version=1.0.0, text/plain;q=0.4", openMetrics),
        (",,, ,application/openmetrics-text,,", openMetrics), (";;,application/openmetrics-text;;;", openMetrics),
        ("application/openmetrics-text;version=\"1.0.0", text),
        ("application/openmetrics-text;version=1.0\"\".0", text),
        ("application/openmetrics-text;version=\"1.0.0\"0", text), ("application /openmetrics-text", text),
        ("application/openmetrics-text;é=ü, text/plain;q=0.5", openMetrics),
        ("\u{feff}application/openmetrics-text", text),
    ])
    func readsSpellings(accept: String, contentType: String) {
        expect([accept], contentType)
    }

    @Test func readsAllHeaderFields() {
        expect(["text/plain;q=0.5", "application/openmetrics-text;q=0.6"], Self.openMetrics)
        expect(["text/plain", "application/openmetrics-text"], Self.text)
        expect(["", "application/openmetrics-text"], Self.openMetrics)
        expect(["text/plain;q=0.5;x=\"", "application/openmetrics-text"], Self.openMetrics)
    }

    @Test(arguments: [
        ("text/plain;version=0.0.4;escaping=allow-utf-8", text + "; escaping=underscores"),
        ("text/plain;ESCAPING=\"values\"", text + "; escaping=underscores"),
        ("*/*;escaping=dots", text + "; escaping=underscores"),
        ("application/openmetrics-text, text/plain;escaping=dots", openMetrics),
        ("text/plain;version=1.0.0;escaping=allow-utf-8", text),
    ])
    func answersEscapingOfTheRangeThatWon(accept: String, contentType: String) {
        expect([accept], contentType)
    }

    private func expect(
        _ accept: [String], _ contentType: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let negotiated = NegotiatedFormat(accept: accept)
        #expect(negotiated.contentType == contentType, sourceLocation: sourceLocation)
        #expect(contentType.hasPrefix(negotiated.format.contentType), sourceLocation: sourceLocation)
    }
}
