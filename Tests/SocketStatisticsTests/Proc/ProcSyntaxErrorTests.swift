// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SocketStatistics

struct ProcSyntaxErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var text: String
        var expected: ProcSyntaxError
        var sentence: String
    }

    static let cases = [
        Case(
            testDescription: "an empty file", text: "",
            expected: ProcSyntaxError(line: 1, column: 1, field: "title", fault: .endOfFile),
            sentence: "line 1, column 1: the file ends in field title"),
        Case(
            testDescription: "another file", text: "Inter-|   Receive\n",
            expected: ProcSyntaxError(line: 1, column: 1, field: "title", fault: .unexpected(0x49)),
            sentence: "line 1, column 1: unexpected 'I' in field title"),
        Case(
            testDescription: "an empty line", text: ProcText.title + "\n",
            expected: ProcSyntaxError(line: 2, column: 1, field: "sl", fault: .unexpected(0x0a)),
            sentence: "line 2, column 1: unexpected byte 0xa in field sl"),
        Case(
            testDescription: "no slot", text: ProcText.title + "   : 0100007F:1F90\n",
            expected: ProcSyntaxError(line: 2, column: 4, field: "sl", fault: .unexpected(0x3a)),
            sentence: "line 2, column 4: unexpected ':' in field sl"),
        Case(
            testDescription: "an address cut short", text: ProcText.title + "   0: 0100007:1F90 \n",
            expected: ProcSyntaxError(line: 2, column: 14, field: "local_address", fault: .unexpected(0x3a)),
            sentence: "line 2, column 14: unexpected ':' in field local_address"),
        Case(
            testDescription: "an IPv6 address in tcp", text: ProcText.title + ProcText.line6(),
            expected: ProcSyntaxError(line: 2, column: 15, field: "local_address", fault: .unexpected(0x30)),
            sentence: "line 2, column 15: unexpected '0' in field local_address"),
        Case(
            testDescription: "small letters", text: ProcText.title + ProcText.line(state: "0a"),
            expected: ProcSyntaxError(line: 2, column: 36, field: "st", fault: .unexpected(0x61)),
            sentence: "line 2, column 36: unexpected 'a' in field st"),
        Case(
            testDescription: "a later line", text: ProcText.title + ProcText.line() + ProcText.line(timer: "0\u{7f}"),
            expected: ProcSyntaxError(line: 3, column: 57, field: "tr", fault: .unexpected(0x7f)),
            sentence: "line 3, column 57: unexpected byte 0x7f in field tr"),
        Case(
            testDescription: "a line that ends early",
            text: ProcText.title + "   0: 0100007F:1F90 0100007F:D2F0 01\n",
            expected: ProcSyntaxError(line: 2, column: 37, field: "st", fault: .unexpected(0x0a)),
            sentence: "line 2, column 37: unexpected byte 0xa in field st"),
        Case(
            testDescription: "no newline at the end", text: ProcText.title + "   0: 0100007F:1F90",
            expected: ProcSyntaxError(line: 2, column: 20, field: "local_address", fault: .endOfFile),
            sentence: "line 2, column 20: the file ends in field local_address"),
    ]

    @Test(arguments: cases, [1, 7, Int.max])
    func theErrorNamesThePlaceForAnySplit(_ example: Case, _ size: Int) {
        let error = #expect(throws: ProcSyntaxError.self) {
            _ = try ProcText.parse(example.text, pieces: size)
        }
        #expect(error == example.expected)
        #expect(error.map { "\($0)" } == example.sentence)
    }
}
