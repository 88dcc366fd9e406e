// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SocketStatistics

struct ProcTCPParserTests {
    @Test func aTitleAloneIsNoSockets() throws {
        #expect(try ProcText.parse(ProcText.title).total == 0)
        #expect(try ProcText.parse(ProcText.title6, .ipv6).total == 0)
    }

    @Test(arguments: TCPState.allCases.filter { $0 != .boundInactive })
    func eachStateIsCounted(_ state: TCPState) throws {
        let hexadecimal = "0" + String(state.rawValue, radix: 16, uppercase: true)
        let statistics = try ProcText.parse(ProcText.title + ProcText.line(state: hexadecimal))
        #expect(statistics[.ipv4, state] == 1)
        #expect(statistics.total == 1)
        #expect(statistics[.boundInactive] == nil)
    }

    @Test(arguments: zip(["00", "01", "02", "03", "04"], TCPTimer.allCases))
    func eachTimerIsCounted(_ text: String, _ timer: TCPTimer) throws {
        let statistics = try ProcText.parse(ProcText.title + ProcText.line(timer: text))
        #expect(statistics.timers?[timer] == 1)
        #expect(statistics.timers?.values.reduce(0, +) == 1)
    }

    @Test(arguments: ["00", "0C", "0D", "0E", "FF"])
    func anUnknownStateIsSkippedAndCounted(_ state: String) throws {
        var tally = ProcTCPTally()
        let text = ProcText.title + ProcText.line(state: state, sending: "00000009") + ProcText.line()
        try ProcText.parse(Array(text.utf8), .ipv4, pieces: .max, into: &tally)
        #expect(tally.statistics.total == 1)
        #expect(tally.statistics.queueBytes?[.ipv4]?.send == 0)
        #expect(tally.unknown == .init(states: 1, timers: 0))
    }

    @Test func anUnknownTimerIsMissingInTheTimersAlone() throws {
        var tally = ProcTCPTally()
        try ProcText.parse(Array((ProcText.title + ProcText.line(timer: "05")).utf8), .ipv4, pieces: .max, into: &tally)
        #expect(tally.statistics.total == 1)
        #expect(tally.statistics.timers?.values.allSatisfy { $0 == 0 } == true)
        #expect(tally.unknown == .init(states: 0, timers: 1))
    }

    @Test func queuesAreAddedUpWithoutListeners() throws {
        let text =
            ProcText.title + ProcText.line(sending: "00000010", receiving: "FFFFFFFF")
            + ProcText.line(sending: "00000001", receiving: "00000001")
            + ProcText.line(state: "0A", sending: "00000000", receiving: "00000080")
        let statistics = try ProcText.parse(text)
        #expect(statistics.queueBytes?[.ipv4] == .init(receive: 0x1_0000_0000, send: 0x11))
        #expect(statistics.queueBytes?[.ipv6] == .init(receive: 0, send: 0))
    }

    @Test(arguments: [0, 9999, 10_000, 1_234_567, 4_294_967_295])
    func slotsGrowBeyondTheirColumn(_ slot: Int) throws {
        #expect(try ProcText.parse(ProcText.title + ProcText.line(slot: slot)).total == 1)
    }

    @Test(arguments: ["00000000", "FFFFFFFFFF"])
    func expiriesGrowBeyondTheirColumn(_ expiry: String) throws {
        #expect(try ProcText.parse(ProcText.title + ProcText.line(expiry: expiry)).total == 1)
    }

    @Test(arguments: 1...200)
    func anySplitGivesTheSame(_ size: Int) throws {
        let text =
            ProcText.title
            + (0..<5).map { ProcText.line(slot: $0, state: "06", sending: "0000000A", timer: "03") }.joined()
        let whole = try ProcText.parse(text)
        #expect(whole[.timeWait] == 5)
        #expect(try ProcText.parse(text, pieces: size) == whole)

        let text6 = ProcText.title6 + ProcText.line6() + ProcText.line6(state: "08")
        let whole6 = try ProcText.parse(text6, .ipv6)
        #expect(whole6.queueBytes?[.ipv6] == .init(receive: 4, send: 2))
        #expect(try ProcText.parse(text6, .ipv6, pieces: size) == whole6)
    }

    @Test func aTextCutAnywhereIsAnErrorExceptAfterALine() {
        let text = Array((ProcText.title + ProcText.line() + ProcText.line()).utf8)
        for length in 0..<text.count {
            var tally = ProcTCPTally()
            let isWhole = length > 0 && text[length - 1] == UInt8(ascii: "\n")
            let isError: Bool
            do throws(ProcSyntaxError) {
                try ProcText.parse(Array(text[..<length]), .ipv4, pieces: .max, into: &tally)
                isError = false
            } catch {
                isError = true
                #expect(error.fault == .endOfFile)
            }
            #expect(isError != isWhole, "cut after \(length) bytes")
        }
    }

    private static func tally(_ text: String, inodes: Set<UInt32>, pieces: Int = .max) throws -> TCPScan {
        var tally = ProcTCPTally(SelectedSockets(inodes: inodes))
        try ProcText.parse(Array(text.utf8), .ipv4, pieces: pieces, readsInodes: true, into: &tally)
        return TCPScan(
            tally.statistics, source: .proc, duration: .zero, unknown: tally.unknown, unselected: tally.unselected)
    }

    /// The user, the timeout and the inode number grow beyond their columns, as the kernel writes them.
    @Test(
        arguments: [
            ("    0        0 1234", true), ("65534        0 1234", true), ("4294967294 4294967295 1234", true),
            ("    0        0 4294967295", true), ("    0        0 1235", false), ("    0        0 0", false),
            // Beyond 32 bits it is no socket's number, and not one of theirs either.
            ("    0        0 4294968530", false), ("    0        0 18446744073709551615", false),
            ("1234     1234 1", false),
        ])
    func socketsAreSelectedByInode(_ owner: String, _ isSelected: Bool) throws {
        let text = ProcText.title + ProcText.line(state: "06", owner: owner) + ProcText.line(owner: "    7        0 9")
        for pieces in [1, 2, 3, 7, .max] {
            let scan = try Self.tally(text, inodes: [1234, .max], pieces: pieces)
            #expect(scan.statistics.total == (isSelected ? 1 : 0))
            #expect(scan.statistics[.timeWait] == (isSelected ? 1 : 0))
            #expect(scan.unselected == (isSelected ? 1 : 2))
        }
    }

    @Test(
        arguments: [
            ("    A        0 1234", "unexpected 'A' in field uid"),
            ("    0        0 12A4", "unexpected 'A' in field inode"),
            ("    0        -1 1234", "unexpected '-' in field timeout"), ("    0        0  1234", "in field inode"),
            ("    0        0 123456789012345678901", "unexpected '1' in field inode"),
        ])
    func aWrongOwnerIsNamedWhereItIsRead(_ owner: String, _ complaint: String) throws {
        let text = ProcText.title + ProcText.line(owner: owner)
        let error = #expect(throws: ProcSyntaxError.self) { try Self.tally(text, inodes: [1]) }
        #expect(error?.description.contains(complaint) == true, "\(String(describing: error))")
        #expect(try ProcText.parse(text).total == 1)
    }

    /// A request is written with 0 references; a socket has at least one.
    @Test(arguments: [1, 2, 3, 7, Int.max])
    func requestsAreToldFromSockets(_ pieces: Int) throws {
        let text =
            ProcText.title
            + ["0", "0", "1", "2147483647"].map { references in
                ProcText.line(state: "03", owner: "    0        0 0", references: references)
            }.joined() + ProcText.line(state: "06", references: "0")
        let statistics = try ProcText.parse(text, pieces: pieces)
        #expect(statistics[.synReceived] == 4)
        #expect(statistics.requests == 2)
        #expect(try Self.tally(text, inodes: [1], pieces: pieces).statistics.requests == 0)
    }

    @Test func referencesThatAreNoNumberAreNamedWhereTheyAreRead() throws {
        #expect(try ProcText.parse(ProcText.title + ProcText.line(references: "x")).total == 1)
        let error = #expect(throws: ProcSyntaxError.self) {
            try ProcText.parse(ProcText.title + ProcText.line(state: "03", references: "x"))
        }
        #expect(error?.description.contains("unexpected 'x' in field references") == true)
    }

    @Test func portsOfListenersAreRemembered() throws {
        var tally = ProcTCPTally()
        let text =
            ProcText.title + ProcText.line(state: "0A", port: "0050") + ProcText.line(state: "0A", port: "FFFF")
            + ProcText.line(port: "0051")
        try ProcText.parse(Array(text.utf8), .ipv4, pieces: 1, into: &tally)
        #expect(tally.listeningPorts == [80, 65535])
    }
}
