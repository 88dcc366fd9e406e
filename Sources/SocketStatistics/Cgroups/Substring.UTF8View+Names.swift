// SPDX-License-Identifier: Apache-2.0

extension Substring.UTF8View {
    /// Whether it has the bytes of a text.
    func equals(_ text: String) -> Bool {
        elementsEqual(text.utf8)
    }

    /// What follows a prefix; nil without it.
    func after(_ prefix: String) -> Self? {
        starts(with: prefix.utf8) ? dropFirst(prefix.utf8.count) : nil
    }

    /// What stands before a suffix; nil without it.
    func before(_ suffix: String) -> Self? {
        let length = suffix.utf8.count
        return self.suffix(length).elementsEqual(suffix.utf8) ? dropLast(length) : nil
    }
}

extension UInt8 {
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    /// Whether it is a digit of a number to base 16 as programs print it, without capital letters.
    var isHexadecimal: Bool { isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self) }

    /// Whether it is an ASCII letter or a digit.
    var isLetterOrDigit: Bool {
        isDigit || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
    }
}
