// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import SocketStatistics

struct SockstatTextTests {
    private static let text = """
        sockets: used 210
        TCP: inuse 12 orphan 1 tw 34 alloc 50 mem 3
        UDP: inuse 5 mem 1

        """

    @Test(
        arguments: [
            ("used", "sockets", 210), ("inuse", "TCP", 12), ("mem", "TCP", 3), ("mem", "UDP", 1),
            ("orphan", "UDP", nil),
            ("inuse", "TCP6", nil), ("TCP:", "TCP", nil), ("12", "TCP", nil),
        ] as [(String, String, UInt64?)])
    func aNumberIsThatOfItsNameAndLine(_ name: String, _ title: String, _ number: UInt64?) throws {
        #expect(try SockstatText(Self.text, at: "/file").number(name, in: title) == number)
    }

    @Test(arguments: ["", "\n", "TCP:", "TCP:\n", "TCP", "TCP: inuse 5", " : mem 1", "TCP mem 1", "TCP: 1 mem 2"])
    func whatIsNotThereIsNil(_ text: String) throws {
        #expect(try SockstatText(text, at: "/file").number("mem", in: "TCP") == nil)
    }

    @Test(arguments: [
        "TCP: mem", "TCP: inuse 1 mem\n", "TCP: mem x", "TCP: mem -1", "TCP: mem +1", "TCP: mem 1.0",
        "TCP: mem 18446744073709551616", "TCP: mem mem 1",
    ])
    func aNameWithoutANumberIsNamed(_ text: String) {
        let error = #expect(throws: SourceError.self) { try SockstatText(text, at: "/file").number("mem", in: "TCP") }
        #expect(error?.code == .malformed)
        #expect(error?.description == "/file, line TCP: \"mem\" is not followed by a number")
    }

    @Test(
        arguments: [
            ("TCP: mem 18446744073709551615", UInt64.max), ("TCP: mem 1 mem 2", 1), ("TCP: mem 3\nTCP: mem 4", 3),
            ("TCP:  mem  5", 5),
        ] as [(String, UInt64)])
    func theFirstCounts(_ text: String, _ number: UInt64) throws {
        #expect(try SockstatText(text, at: "/file").number("mem", in: "TCP") == number)
    }

    @Test func aLongLineIsRead() throws {
        let pairs = String(repeating: "a 1 ", count: 25_000)
        let digits = String(repeating: "9", count: 100_000)
        #expect(try SockstatText("TCP: \(pairs)mem 6", at: "/file").number("mem", in: "TCP") == 6)
        #expect(throws: SourceError.self) {
            try SockstatText("TCP: mem \(digits)", at: "/file").number("mem", in: "TCP")
        }
    }
}
