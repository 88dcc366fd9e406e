// SPDX-License-Identifier: Apache-2.0

/// The characters of names in both formats.
enum NameSyntax {
    /// Whether the text is `[a-zA-Z_:][a-zA-Z0-9_:]*`.
    static func isMetricName(_ text: String) -> Bool {
        isName(text) { isLetter($0) || $0 == UInt8(ascii: ":") }
    }

    /// Whether the text is `[a-zA-Z_][a-zA-Z0-9_]*`.
    static func isLabelName(_ text: String) -> Bool {
        isName(text, initial: isLetter)
    }

    /// Whether the text is `[a-zA-Z_:][a-zA-Z0-9_:.-]*`: every name of a metric, and more.
    static func isCollectorName(_ text: String) -> Bool {
        guard let first = text.utf8.first, isLetter(first) || first == UInt8(ascii: ":") else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: "-"): true
            default: isLetter(byte) || byte.isASCIIDigit
            }
        }
    }

    /// Refuses names that no set of labels can have.
    static func checkLabelNames(_ pairs: [(name: String, value: String)]) throws(MetricError) {
        for (index, (name, _)) in pairs.enumerated() {
            guard isLabelName(name) else { throw .invalidLabelName(name) }
            guard !name.utf8.starts(with: "__".utf8) else { throw .reservedLabelName(name) }
            guard !pairs[..<index].contains(where: { $0.name == name }) else { throw .duplicateLabelName(name) }
        }
    }

    private static func isName(_ text: String, initial: (UInt8) -> Bool) -> Bool {
        guard let first = text.utf8.first, initial(first) else { return false }
        return text.utf8.dropFirst().allSatisfy { initial($0) || $0.isASCIIDigit }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
