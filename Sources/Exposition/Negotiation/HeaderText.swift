// SPDX-License-Identifier: Apache-2.0

/// A part of a header field. The field's own signs are ASCII; a quoted string may hold any bytes.
typealias HeaderText = Substring.UTF8View

extension HeaderText {
    /// The parts between separators that are not inside of a quoted string, without the whitespace around them.
    ///
    /// A quoted string that does not end takes the rest of the text with it.
    func split(outsideQuotes separator: UInt8) -> [HeaderText] {
        var parts: [HeaderText] = []
        var start = startIndex
        var isQuoted = false
        var isEscaped = false
        for index in indices {
            switch self[index] {
            case _ where isEscaped: isEscaped = false
            case UInt8(ascii: "\\") where isQuoted: isEscaped = true
            case UInt8(ascii: "\""): isQuoted.toggle()
            case separator where !isQuoted:
                parts.append(self[start..<index].trimmed())
                start = self.index(after: index)
            default: break
            }
        }
        parts.append(self[start...].trimmed())
        return parts
    }

    /// The text itself, or what a quoted string stands for; nil where a quoted string does not end where the text does.
    func unquoted() -> String? {
        var rest = self
        guard rest.first == UInt8(ascii: "\"") else { return String(Substring(self)) }
        rest.removeFirst()
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return rest.isEmpty ? String(decoding: bytes, as: UTF8.self) : nil
            case UInt8(ascii: "\\"):
                guard let escaped = rest.popFirst() else { return nil }
                bytes.append(escaped)
            default: bytes.append(byte)
            }
        }
        return nil
    }

    /// Whether the text is the given one, with the case of ASCII letters ignored.
    func equals(_ text: String) -> Bool {
        elementsEqual(text.utf8) { $0.lowercasedASCII == $1.lowercasedASCII }
    }

    /// The text as a weight in thousandths: 0 to 1, with up to three decimals; nil where it is none.
    var weight: Int? {
        var rest = self
        guard let whole = rest.popFirst(), whole == UInt8(ascii: "0") || whole == UInt8(ascii: "1") else { return nil }
        if let point = rest.popFirst(), point != UInt8(ascii: ".") { return nil }
        var thousandths = whole == UInt8(ascii: "1") ? 1000 : 0
        var unit = 100
        while let digit = rest.popFirst() {
            guard unit > 0, digit.isASCIIDigit else { return nil }
            thousandths += Int(digit - UInt8(ascii: "0")) * unit
            unit /= 10
        }
        return thousandths <= 1000 ? thousandths : nil
    }

    /// The text without spaces and tabs around it.
    func trimmed() -> HeaderText {
        var rest = self
        while let first = rest.first, first.isHeaderSpace { rest.removeFirst() }
        while let last = rest.last, last.isHeaderSpace { rest.removeLast() }
        return rest
    }
}

extension UInt8 {
    /// Whether the byte is what HTTP allows around the parts of a field: a space or a tab.
    fileprivate var isHeaderSpace: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }
}
