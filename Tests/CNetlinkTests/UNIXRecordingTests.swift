// SPDX-License-Identifier: Apache-2.0

import CNetlink
import CSocketTypes
import Testing

/// What Linux 6.18 answered about the population of `record-unix`, which `ss` counted alike.
@Suite("Recorded dumps of UNIX sockets")
struct UNIXRecordingTests {
    private static let established = UInt32(CST_ESTABLISHED)
    private static let close = UInt32(CST_CLOSE)
    private static let listen = UInt32(CST_LISTEN)

    private static func replay(_ name: String, _ capacity: Int? = 16) throws -> UNIXReplay {
        let recording = try Recording(named: "unix/" + name)
        return UNIXReplay(
            recording.datagrams, capacity: capacity, sequence: recording.sequence, portID: recording.portID)
    }

    private static func sockets(_ replay: UNIXReplay) -> [[UInt64]] {
        (0..<UInt32(CNL_UNIX_KINDS)).map { kind in
            [established, close, listen].map { replay.counts.sockets(kind, $0) }
        }
    }

    @Test("of listeners")
    func listeners() throws {
        let replay = try Self.replay("6.18-listeners")
        #expect(replay.progress == CNL_COMPLETE)
        #expect(Self.sockets(replay) == [[0, 0, 6], [0, 0, 0], [0, 0, 2]])
        #expect(replay.sockets == 8)
        #expect(replay.counts.unknown_attributes == 0)
        #expect(replay.counts.unknown_messages == 0)
        let long = [UInt8](repeating: 0x6c, count: 107)
        let expected: [ListedUNIXListener] = [
            .init(name: [0] + "accepting".utf8, backlog: 0, limit: 4),
            .init(name: [0] + "full".utf8, backlog: 2, limit: 1),
            .init(name: [0] + "full".utf8, backlog: 1, limit: 0),
            .init(name: Array("relative".utf8), backlog: 0, limit: 128),
            .init(name: "new\nline \"quoted\" ".utf8 + [0xff], backlog: 0, limit: 5),
            .init(name: [0] + "a\0b".utf8 + [0xff], backlog: 0, limit: 7),
            .init(name: [0] + long, backlog: 0, limit: 9),
            .init(name: long, backlog: 0, limit: 10),
        ]
        #expect(Set(replay.listeners) == Set(expected))
        #expect(replay.rest == UNIXRest())
    }

    @Test("of others, with and without a list", arguments: [nil, 4] as [Int?])
    func others(capacity: Int?) throws {
        let replay = try Self.replay("6.18-others", capacity)
        #expect(replay.progress == CNL_COMPLETE)
        #expect(Self.sockets(replay) == [[10, 1, 0], [6, 0, 0], [3, 1, 0]])
        #expect(replay.counts.unknown_attributes == 0)
        #expect(replay.listeners == [])
    }

    @Test("that are cut anywhere are malformed or not complete", arguments: ["6.18-listeners", "6.18-others"])
    func cut(name: String) throws {
        let recording = try Recording(named: "unix/" + name)
        let whole = try Self.replay(name).sockets
        for size in 1..<recording.datagrams[0].count {
            let replay = UNIXReplay(
                [Array(recording.datagrams[0].prefix(size))], sequence: recording.sequence, portID: recording.portID)
            #expect(replay.progress == CNL_MORE || replay.failure == .malformed, "\(size)")
            #expect(replay.sockets <= whole, "\(size)")
        }
    }
}
