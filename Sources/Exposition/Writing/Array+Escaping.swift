// SPDX-License-Identifier: Apache-2.0

extension [UInt8] {
    /// Appends text in UTF-8, with a backslash before each backslash and, where asked for, each quotation mark, and with
    /// `\n` for a line feed.
    mutating func append(escaping text: String, quotes: Bool) {
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
