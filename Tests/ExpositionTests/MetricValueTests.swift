// SPDX-License-Identifier: Apache-2.0

import Exposition
import Testing

@Suite struct MetricValueTests {
    @Test(arguments: [
        (MetricValue.integer(0), "0"), (.integer(7), "7"), (.integer(-1), "-1"), (.integer(10), "10"),
        (.integer(.max), "9223372036854775807"), (.integer(.min), "-9223372036854775808"),
        (.real(0), "0"), (.real(-0.0), "-0"), (.real(36), "36"), (.real(-36), "-36"), (.real(0.1), "0.1"),
        (.real(100), "100"), (.real(1e15), "1000000000000000"), (.real(1e16), "1e+16"), (.real(1e22), "1e+22"),
        (.real(.leastNonzeroMagnitude), "5e-324"), (.real(0.0001), "0.0001"), (.real(1e-5), "1e-05"),
        (.real(.infinity), "+Inf"), (.real(-.infinity), "-Inf"), (.real(.nan), "NaN"), (.real(-.nan), "NaN"),
        (42, "42"), (4.5, "4.5"), (-2.0, "-2"),
    ])
    func isWrittenInTheShortestForm(value: MetricValue, text: String) {
        #expect(render(value) == text)
    }

    @Test(arguments: [
        0, -0.0, 1, -1, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22, 9_007_199_254_740_991, 9_007_199_254_740_992,
        18_014_398_509_481_984, 18_014_398_509_481_988, 0.1, 0.2 + 0.1, .leastNonzeroMagnitude, .leastNormalMagnitude,
        .greatestFiniteMagnitude, .pi, 1.0 / 3, -2.5e-9, 1e-7, 123_456.789, 1_605_281_325.123, .infinity, -.infinity,
    ])
    func realReadsBackTheSame(_ value: Double) throws {
        #expect(try #require(Double(render(.real(value)))).bitPattern == value.bitPattern)
    }

    @Test func notANumberReadsBackAsSuch() throws {
        #expect(try #require(Double(render(.real(.nan)))).isNaN)
        #expect(try #require(Double(render(.real(.signalingNaN)))).isNaN)
    }

    @Test(arguments: [
        Int.min, .min + 1, -100, -99, -10, -9, -1, 0, 1, 9, 10, 11, 99, 100, 101, 1_000_000, .max - 1, .max,
    ])
    func integerIsWrittenAsSwiftDescribesIt(_ value: Int) {
        #expect(render(.integer(value)) == value.description)
    }

    /// Seeded, so that a failure can be repeated.
    @Test func randomBitPatternsReadBackTheSame() throws {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        for _ in 0..<10_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let value = Double(bitPattern: state)
            guard !value.isNaN else { continue }
            #expect(try #require(Double(render(.real(value)))).bitPattern == value.bitPattern)
        }
    }

    @Test func takesReals() {
        let values: [Double] = [36, 0.5, -2, 0x1p63, -0x1p63, .infinity]
        #expect(
            values.map { MetricValue($0) } == [
                .integer(36), .real(0.5), .integer(-2), .real(0x1p63), .integer(.min), .real(.infinity),
            ])
        #expect(values.map { Sample($0) } == values.map { Sample(MetricValue($0)) })
        #expect(render(MetricValue(Double.nan)) == "NaN")
    }

    @Test func samplesTakeAnyNumber() {
        let bytes = 7 as UInt64
        #expect(Sample(bytes, labels: ["a": "b"]) == Sample(.integer(7), labels: ["a": "b"]))
        #expect(Sample(UInt64.max) == Sample(.real(0x1p64)))
        #expect(Sample(-7 as Int8) == Sample(-7))
        #expect(Sample(1.5) == Sample(.real(1.5)))
    }

    @Test func takesIntegersOfAnyWidth() {
        #expect(MetricValue(UInt8.max) == .integer(255))
        #expect(MetricValue(Int64.min) == .integer(.min))
        #expect(MetricValue(UInt64(Int.max)) == .integer(.max))
        #expect(MetricValue(UInt64.max) == .real(18_446_744_073_709_551_616))
        #expect(MetricValue(Int128.min) == .real(-170_141_183_460_469_231_731_687_303_715_884_105_728))
    }
}
