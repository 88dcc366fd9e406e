// SPDX-License-Identifier: Apache-2.0

extension UInt8 {
    /// Whether the byte is one of the digits `0` to `9`.
    var isASCIIDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }

    /// The byte with the letters `A` to `Z` made small.
    var lowercasedASCII: UInt8 { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= self ? self | 0x20 : self }
}
