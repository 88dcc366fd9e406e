// SPDX-License-Identifier: Apache-2.0

extension [UInt8] {
    /// Appends a number that is not NaN as OpenMetrics wants it in the label `le`, the way Go writes it: `0.001`, `1.0`,
    /// `100000.0`, `1e+06`, `+Inf`.
    ///
    /// The label is text to readers: the same bound must look the same in each exporter, and in both formats.
    mutating func append(canonical value: Double) {
        let text = value.description
        // Only in this range Swift has other thoughts on when to write an exponent.
        guard value.isFinite, value.magnitude >= 1e6, !text.utf8.contains(UInt8(ascii: "e")) else {
            self += (value == .infinity ? "+Inf" : text).utf8
            return
        }
        if value < 0 { append(UInt8(ascii: "-")) }
        let digits = Array(value.magnitude.description.utf8.prefix { $0 != UInt8(ascii: ".") })
        let fraction = Array(value.magnitude.description.utf8.drop { $0 != UInt8(ascii: ".") }.dropFirst())
        var mantissa = digits + fraction
        while mantissa.count > 1, mantissa.last == UInt8(ascii: "0") { mantissa.removeLast() }
        append(mantissa[0])
        if mantissa.count > 1 {
            append(UInt8(ascii: "."))
            self += mantissa.dropFirst()
        }
        self += (digits.count <= 10 ? "e+0" : "e+").utf8
        append(decimal: digits.count - 1)
    }
}
