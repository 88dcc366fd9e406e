// SPDX-License-Identifier: Apache-2.0

/// The characters of a URI, by RFC 3986.
extension UInt8 {
    /// Whether a byte may stand in a host with its port (section 3.2.2).
    var isInHost: Bool { isInSegment || self == UInt8(ascii: "[") || self == UInt8(ascii: "]") }

    /// Whether a byte may stand in a path (section 3.3).
    var isInPath: Bool { isInSegment || self == UInt8(ascii: "@") || self == UInt8(ascii: "/") }

    /// Whether it is an ASCII digit.
    var isDecimalDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    /// The value of a hexadecimal digit; nil for another character.
    var hexadecimalDigit: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// Unreserved characters, delimiters of parts, `%` and `:`.
    private var isInSegment: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~%!$&'()*+,;=:".utf8.contains(self)
        }
    }
}
