// SPDX-License-Identifier: Apache-2.0

import Exposition
import Testing

/// Headers of a quarter of a million bytes: an algorithm that is not linear would make this suite hang.
@Suite(.timeLimit(.minutes(5))) struct HostileHeaderTests {
    static let size = 1 << 18

    @Test(arguments: [
        ",", ";", "=", "/", "\"", "\\", "\"\\", " ", "\t,", "*", "*/*,", "text/plain;", "text/plain,", ";q=", ";q=0.5",
        ",\"", "\";\"", "é", "🧦,", "\u{301}", "\0", "a/b;c=\"d\\\"\",", "text/plain;version=", "q", "0",
    ])
    func fallsBackToText(_ pattern: String) {
        let header = String(repeating: pattern, count: Self.size / pattern.utf8.count)
        #expect(NegotiatedFormat(accept: [header]).format == .prometheusText)
        #expect(NegotiatedFormat(accept: ["text/plain;x=\"" + header]).format == .prometheusText)
        #expect(NegotiatedFormat(accept: ["text/plain;q=0." + header]).format == .prometheusText)
    }

    @Test func findsTheRangeAmongManyOthers() {
        let others = String(repeating: "a/b;c=d;q=0.3,", count: Self.size / 14)
        let header = others + "application/openmetrics-text," + others
        #expect(NegotiatedFormat(accept: [header]).format == .openMetrics)
        let fields = Array(repeating: "text/plain;q=0.1", count: Self.size / 16) + ["application/openmetrics-text"]
        #expect(NegotiatedFormat(accept: fields).format == .openMetrics)
    }

    /// Seeded, so that a failure can be repeated.
    @Test func survivesRandomHeaders() {
        let alphabet = Array("*/text/plain,application/openmetrics-text;q=0.1;version=1.0.0\"\\ \t=,;é\u{301}\0")
        var state: UInt64 = 1
        for _ in 0..<20_000 {
            var header = ""
            for _ in 0..<24 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                header.append(alphabet[Int(state >> 33) % alphabet.count])
            }
            let negotiated = NegotiatedFormat(accept: [header])
            #expect(negotiated.contentType.hasPrefix(negotiated.format.contentType))
        }
    }
}
