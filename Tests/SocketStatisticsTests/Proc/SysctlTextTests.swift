// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import SocketStatistics

struct SysctlTextTests {
    @Test(arguments: [
        ("5\n", 5), ("0", 0), (" 12\t\n", 12), ("18446744073709551615\n", UInt64.max), ("0000000000000000000000007", 7),
        ("-3\n", 0), ("-0", 0),
    ])
    func aNumberIsRead(_ text: String, _ number: UInt64) throws {
        #expect(try SysctlText(text, at: "/file").number() == number)
    }

    @Test(arguments: [
        ("", #""""#), ("\n", #""""#), ("x\n", #""x""#), ("1 2\n", #""1 2""#), ("+1", #""+1""#), ("1.5", #""1.5""#),
        ("0x10", #""0x10""#), ("-", #""-""#), ("--1", #""--1""#), ("18446744073709551616", #""18446744073709551616""#),
        ("-18446744073709551616", #""-18446744073709551616""#), ("\u{661}", #""\xd9\xa1""#), ("a\nb", #""a""#),
        ("\u{7}\u{1b}", #""\x07\x1b""#),
    ])
    func anythingElseIsShownWithItsFile(_ text: String, _ shown: String) {
        let error = #expect(throws: SourceError.self) { try SysctlText(text, at: "/file").number() }
        #expect(error?.code == .malformed)
        #expect(error?.description == "/file, a number is expected, not \(shown)")
    }

    @Test(arguments: [("1\t2\t3\n", [1, 2, 3]), ("1616\t0\t9223372036854775807\n", [1616, 0, 1 << 63 - 1])])
    func numbersAreRead(_ text: String, _ numbers: [UInt64]) throws {
        #expect(try SysctlText(text, at: "/file").numbers(3) == numbers)
    }

    @Test(arguments: ["", "1 2", "1 2 3 4", "1 2 x", "1,2,3"])
    func asManyNumbersAsExpectedMustBeThere(_ text: String) {
        let error = #expect(throws: SourceError.self) { try SysctlText(text, at: "/file").numbers(3) }
        #expect(error?.description.hasPrefix("/file, 3 numbers are expected, not \"") == true)
    }

    @Test(arguments: [
        ("32768\t60999\n", 32768...60999 as ClosedRange<UInt16>), ("0 65535", 0...65535),
        ("40000 40000", 40000...40000),
    ])
    func aPortRangeIsRead(_ text: String, _ range: ClosedRange<UInt16>) throws {
        #expect(try SysctlText(text, at: "/file").portRange() == range)
    }

    @Test(arguments: [
        ("", "2 numbers are"), ("1\n", "2 numbers are"), ("1 2 3", "2 numbers are"),
        ("2 1", "a first and a last port are"),
        ("1 65536", "a first and a last port are"), ("1-2", "2 numbers are"),
    ])
    func anythingElseIsNoPortRange(_ text: String, _ what: String) {
        let error = #expect(throws: SourceError.self) { try SysctlText(text, at: "/file").portRange() }
        #expect(error?.description.hasPrefix("/file, \(what) expected, not \"") == true, "\(error?.description ?? "")")
    }

    @Test(
        arguments: [
            ("", []), ("\n", []), (" \n", []), ("22\n", [22...22]),
            ("22,80-90,65535\n", [22...22, 80...90, 65535...65535]),
            ("0-65535", [0...65535]), ("1,2,3", [1...1, 2...2, 3...3]),
        ] as [(String, [ClosedRange<UInt16>])])
    func portsAreRead(_ text: String, _ ranges: [ClosedRange<UInt16>]) throws {
        #expect(try SysctlText(text, at: "/file").ports() == ranges)
    }

    @Test(arguments: [
        ("22,\n", #""""#), (",22", #""""#), (",", #""""#), ("80-70", #""80-70""#), ("1-2-3", #""1-2-3""#),
        ("-1", #""-1""#),
        ("1-", #""1-""#), ("22,22", #""22""#), ("30,22", #""22""#), ("20-30,25", #""25""#), ("65536", #""65536""#),
        ("22 23", #""22 23""#), ("22,x", #""x""#),
    ])
    func anythingElseIsNoListOfPorts(_ text: String, _ shown: String) {
        let error = #expect(throws: SourceError.self) { try SysctlText(text, at: "/file").ports() }
        #expect(error?.code == .malformed)
        #expect(error?.description == "/file, ascending ports are expected, not \(shown)")
    }

    @Test(arguments: ["7", "7 ", "7,", "-", "e\u{301}"])
    func ofALongTextTheBeginningIsShown(_ part: String) {
        let text = SysctlText(String(repeating: part, count: 100_000), at: "/file")
        let errors = [
            #expect(throws: SourceError.self) { try text.number() },
            #expect(throws: SourceError.self) { try text.numbers(3) },
            #expect(throws: SourceError.self) { try text.portRange() },
            #expect(throws: SourceError.self) { try text.ports() },
        ]
        for error in errors {
            #expect((1...180).contains(error?.description.unicodeScalars.count ?? 0))
        }
    }
}
