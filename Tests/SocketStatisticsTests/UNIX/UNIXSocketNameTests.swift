// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SocketStatistics

struct UNIXSocketNameTests {
    private static let texts: [([UInt8], String)] = [
        (Array("/run/docker.sock".utf8), "/run/docker.sock"),
        (Array("/run/a b.sock".utf8), "/run/a b.sock"),
        (Array("relative".utf8), "relative"),
        (Array("/tmp/\"quoted\"{,='}".utf8), "/tmp/\"quoted\"{,='}"),
        ([0] + "/tmp/.X11-unix/X0".utf8, "@/tmp/.X11-unix/X0"),
        ([0], "@"),
        ([0, 0], "@\\x00"),
        ([0, 0x61, 0, 0x62], "@a\\x00b"),
        ([0] + "@".utf8, "@@"),
        (Array("@".utf8), "\\x40"),
        (Array("@/tmp/.X11-unix/X0".utf8), "\\x40/tmp/.X11-unix/X0"),
        (Array("@@a".utf8), "\\x40@a"),
        (Array("a@b".utf8), "a@b"),
        (Array("a\nb\r\tc".utf8), "a\\x0ab\\x0d\\x09c"),
        ([0x7f, 0x1b, 0x00], "\\x7f\\x1b\\x00"),
        (Array("C:\\x41".utf8), "C:\\x5cx41"),
        (Array("\\".utf8), "\\x5c"),
        (Array("/run/caf\u{e9}/\u{4f60}\u{597d}/\u{1f600}".utf8), "/run/caf\u{e9}/\u{4f60}\u{597d}/\u{1f600}"),
        // The same to a reader, and not to the kernel.
        (Array("/run/cafe\u{301}".utf8), "/run/cafe\u{301}"),
        // Not UTF-8: a single byte, one that continues nothing, an overlong form, a surrogate, too large, cut.
        ([0xff], "\\xff"),
        ([0x61, 0x80, 0x62], "a\\x80b"),
        ([0xc0, 0xaf], "\\xc0\\xaf"),
        ([0xe0, 0x80, 0xaf], "\\xe0\\x80\\xaf"),
        ([0xed, 0xa0, 0x80], "\\xed\\xa0\\x80"),
        ([0xf4, 0x90, 0x80, 0x80], "\\xf4\\x90\\x80\\x80"),
        ([0xf8, 0x88, 0x80, 0x80, 0x80], "\\xf8\\x88\\x80\\x80\\x80"),
        ([0xe4, 0xbd], "\\xe4\\xbd"),
        ([0xe4, 0xbd, 0x61], "\\xe4\\xbda"),
        ([0xc3, 0xc3, 0xa9], "\\xc3\u{e9}"),
        // Characters that do not show, or that move others: a line separator, a right-to-left override, spaces, a
        // character for private use.
        (Array("a\u{2028}b".utf8), "a\\xe2\\x80\\xa8b"),
        (Array("\u{202e}a".utf8), "\\xe2\\x80\\xaea"),
        (Array("a\u{fe0f}".utf8), "a\\xef\\xb8\\x8f"),
        (Array("a\u{3164}".utf8), "a\\xe3\\x85\\xa4"),
        (Array("a\u{2800}".utf8), "a\\xe2\\xa0\\x80"),
        (Array("\u{a0}\u{85}".utf8), "\\xc2\\xa0\\xc2\\x85"),
        (Array("\u{feff}\u{e000}".utf8), "\\xef\\xbb\\xbf\\xee\\x80\\x80"),
    ]

    @Test(arguments: texts)
    func aNameIsAText(_ bytes: [UInt8], _ text: String) {
        #expect(Array(UNIXSocketName(bytes: bytes).description.utf8) == Array(text.utf8))
    }

    /// The bytes that a text was made of.
    private static func bytes(of text: String) -> [UInt8] {
        var rest = Array(text.utf8)[...]
        var bytes: [UInt8] = []
        if rest.first == UInt8(ascii: "@") {
            bytes.append(0)
            rest.removeFirst()
        }
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            bytes.append(UInt8(String(decoding: rest.dropFirst().prefix(2), as: UTF8.self), radix: 16) ?? 0)
            rest = rest.dropFirst(3)
        }
        return bytes
    }

    private static func expectToTell(_ names: some Sequence<[UInt8]>) {
        let wrong = names.filter { name in
            let name = (bytes: name, text: UNIXSocketName(bytes: name))
            return bytes(of: name.text.description) != name.bytes
                || bytes(of: name.text.descriptionEscapingFirst) != name.bytes
        }
        #expect(wrong == [])
    }

    /// So that no two names have the same text.
    @Test func theTextTellsTheName() {
        Self.expectToTell(Self.texts.map(\.0))
        Self.expectToTell((0...UInt8.max).flatMap { first in (0...UInt8.max).map { [first, $0] } })
    }

    /// Bytes around the borders of UTF-8, in all orders.
    @Test func theTextTellsTheNameAroundCharacters() {
        let bytes: [UInt8] = [0x40, 0x5c, 0x78, 0x7f, 0x80, 0xa0, 0xbf, 0xc2, 0xcc, 0xe2, 0xed, 0xf0, 0xf4]
        let pairs = bytes.flatMap { first in bytes.map { [first, $0] } }
        Self.expectToTell(pairs.flatMap { first in pairs.map { first + $0 } })
    }

    @Test func theTextShowsNothingButPrintableCharacters() {
        let numbers = Array(0..<0x3000 as Range<UInt32>) + stride(from: 0x3000, through: 0x10ffff, by: 97)
        let wrong = numbers.compactMap(Unicode.Scalar.init).filter { character in
            let isShown = UNIXSocketName(path: "a" + String(Character(character))).description.unicodeScalars.count == 2
            // What fonts leave out, and a blank that is no space.
            if character.properties.isDefaultIgnorableCodePoint || character == "\u{2800}" { return isShown }
            switch character.properties.generalCategory {
            case .control, .format, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator, .surrogate:
                return isShown
            case .spaceSeparator:
                return isShown != (character == " ")
            default:
                return isShown != (character != "\\")
            }
        }
        #expect(wrong == [])
    }

    @Test(arguments: [("other", "\\x6fther"), ("@", "\\x40"), ("", ""), ("\u{e9}", "\\xc3\\xa9")])
    func theFirstByteCanBeEscaped(_ path: String, _ text: String) {
        #expect(UNIXSocketName(path: path).descriptionEscapingFirst == text)
    }

    @Test func namesAreToldApartByTheirBytes() {
        let composed = UNIXSocketName(path: "caf\u{e9}")
        let decomposed = UNIXSocketName(path: "cafe\u{301}")
        #expect(composed != decomposed)
        #expect(UNIXSocketName(path: "a") != UNIXSocketName(abstract: "a"))
        #expect(UNIXSocketName(abstract: "a").isAbstract)
        #expect(!UNIXSocketName(path: "@a").isAbstract)
        let names = [[], [0], [0, 0], [0, 0x62], [0x61], [0x61, 0x61], [0xff]].map { UNIXSocketName(bytes: $0) }
        #expect(names.shuffled().sorted() == names)
    }
}
