// SPDX-License-Identifier: Apache-2.0

/// Where a proc file of titles, names and numbers is not in the form it must have.
struct ProcTextError: Error, Hashable, CustomStringConvertible {
    /// Counted from 1.
    var line: Int
    /// What is wrong, as the rest of a sentence.
    var problem: String

    var description: String {
        "line \(line): \(problem)"
    }

    /// Some words of a file for a sentence: the first bytes, with escapes for what is not printable.
    static func quote(_ word: some Collection<UInt8>) -> String {
        let shown = word.prefix(32).map { byte in
            switch byte {
            case UInt8(ascii: "\t"): "\\t"
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), ..<0x20, 0x7f...:
                "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            default: String(Unicode.Scalar(byte))
            }
        }
        return "\"" + shown.joined() + (word.count > shown.count ? "…" : "") + "\""
    }
}
