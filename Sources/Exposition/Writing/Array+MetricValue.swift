// SPDX-License-Identifier: Apache-2.0

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
}
