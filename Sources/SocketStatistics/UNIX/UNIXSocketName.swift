// SPDX-License-Identifier: Apache-2.0

/// The name that a UNIX socket is bound to: a path in the file system, or a name in the abstract namespace.
///
/// Both are any bytes. Names are equal where their bytes are; `String` would take different bytes for equal.
public struct UNIXSocketName: Sendable, Hashable {
    /// The bytes as the kernel has them: those of an abstract name begin with 0, those of a path do not, and have none
    /// at their end.
    public let bytes: [UInt8]

    /// Creates a name; the bytes are as ``bytes`` has them.
    public init(bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }

    /// Creates the name of a path, which may be relative.
    public init(path: String) {
        self.init(bytes: path.utf8)
    }

    /// Creates a name in the abstract namespace from what follows its first byte.
    public init(abstract name: String) {
        self.init(bytes: [0] + name.utf8)
    }

    /// Whether it is a name in the abstract namespace, which has no file.
    public var isAbstract: Bool { bytes.first == 0 }
}

extension UNIXSocketName: Comparable {
    /// By bytes: abstract names first.
    public static func < (left: UNIXSocketName, right: UNIXSocketName) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

extension UNIXSocketName: CustomStringConvertible {
    private static let mark = UInt8(ascii: "@")
    private static let escape = UInt8(ascii: "\\")

    /// The path, or `@` and the abstract name: a text of its own for each name.
    ///
    /// Bytes that are not printable UTF-8 are written `\xHH`, with lower-case digits. So are a backslash, and an `@` that
    /// a path begins with.
    public var description: String {
        text(escapesFirst: bytes.first == Self.mark)
    }

    /// The same with the first byte of a path escaped, which no name has as its ``description``: for where that text means
    /// something else.
    package var descriptionEscapingFirst: String {
        text(escapesFirst: !isAbstract)
    }

    private func text(escapesFirst: Bool) -> String {
        var text = isAbstract ? "@" : ""
        var rest = isAbstract ? bytes.dropFirst() : bytes[...]
        if escapesFirst, let first = rest.popFirst() {
            text += Self.escaped(first)
        }
        while let byte = rest.first {
            if let character = Self.printable(rest) {
                text.unicodeScalars.append(character)
                rest = rest.dropFirst(UTF8.width(character))
            } else {
                text += Self.escaped(byte)
                rest = rest.dropFirst()
            }
        }
        return text
    }

    private static func escaped(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return "\\x" + (digits.count < 2 ? "0" : "") + digits
    }

    /// It shows nothing, although it is no space.
    private static let brailleBlank: Unicode.Scalar = "\u{2800}"

    /// The character that the bytes begin with, where it can be shown as it is.
    private static func printable(_ bytes: ArraySlice<UInt8>) -> Unicode.Scalar? {
        guard let first = bytes.first else { return nil }
        if first < 0x80 {
            return (0x20..<0x7f).contains(first) && first != escape ? Unicode.Scalar(first) : nil
        }
        // The number of leading ones; others than these begin no character.
        let width = (~first).leadingZeroBitCount
        guard (2...4).contains(width), let text = String(validating: bytes.prefix(width), as: UTF8.self),
            let character = text.unicodeScalars.first, UTF8.width(character) == width,
            character.properties.isPrintable && character != brailleBlank
        else { return nil }
        return character
    }
}

extension Unicode.Scalar.Properties {
    /// Whether a character shows, and moves no others: not a control, a format (as those that turn the direction of
    /// text), an unusual space, a number without a character, or one that fonts leave out.
    fileprivate var isPrintable: Bool {
        guard !isDefaultIgnorableCodePoint else { return false }
        return switch generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            false
        default:
            true
        }
    }
}
