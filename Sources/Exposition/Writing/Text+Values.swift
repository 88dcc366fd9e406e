// SPDX-License-Identifier: Apache-2.0

// Numbers and escaped text, as the text formats write them.

extension [UInt8] {
    /// Appends a whole number without the detour of a string.
    mutating func append(decimal value: some FixedWidthInteger) {
        var digits = InlineArray<20, UInt8>(repeating: UInt8(ascii: "0"))  // UInt.max has 20 digits
        var first = digits.count
        var rest = UInt64(value.magnitude)
        repeat {
            first -= 1
            digits[first] += UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        if value < 0 { append(UInt8(ascii: "-")) }
        for index in first..<digits.count { append(digits[index]) }
    }

    /// Appends a floating-point number in the shortest form that reads back the same, as Go and Python read it, without
    /// a fraction where it is whole.
    mutating func append(shortest value: Double) {
        if value.isNaN {
            self += "NaN".utf8
        } else if value.isInfinite {
            self += (value < 0 ? "-Inf" : "+Inf").utf8
        } else {
            let text = value.description
            self += text.utf8
            if text.hasSuffix(".0") { removeLast(2) }
        }
    }

    /// Appends a number that is not NaN as OpenMetrics wants it in the label `le`, the way Go writes it: `0.001`,
    /// `1.0`, `100000.0`, `1e+06`, `+Inf`.
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

    /// Appends text in UTF-8, with a backslash before each backslash and, where asked for, each quotation mark, and
    /// with `\n` for a line feed.
    mutating func append(escaping text: String, quotes: Bool) {
        guard text.utf8.contains(where: \.mayNeedEscaping) else {
            self += text.utf8
            return
        }
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): self += "\\\\".utf8
            case UInt8(ascii: "\n"): self += "\\n".utf8
            case UInt8(ascii: "\"") where quotes: self += "\\\"".utf8
            default: append(byte)
            }
        }
    }
}

extension UInt8 {
    /// Whether a backslash may have to stand before the byte.
    fileprivate var mayNeedEscaping: Bool {
        self == UInt8(ascii: "\\") || self == UInt8(ascii: "\n") || self == UInt8(ascii: "\"")
    }
}
