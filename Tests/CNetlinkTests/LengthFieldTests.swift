// SPDX-License-Identifier: Apache-2.0

import CNetlink
import Testing

/// Good datagrams with one length field set to a wrong value.
@Suite("A wrong length")
struct LengthFieldTests {
    static let recordings = Fixture.recordingNames.filter { $0.hasSuffix("-both") || $0.hasSuffix("-bound-inactive") }

    @Test(
        "of a message is malformed", arguments: recordings,
        [0, 1, 15, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff] as [UInt32])
    func messageLength(name: String, length: UInt32) throws {
        try forEachMessage(of: name) { recording, datagram, offset, before in
            var damaged = datagram
            damaged.put(length, at: offset)
            var replay = recording.replay
            #expect(replay.play(damaged) == CNL_FAILED && replay.failure == .malformed, "message at \(offset)")
            #expect(replay.counts.sockets == before, "message at \(offset)")
        }
    }

    @Test("of a message that is its header's is malformed where a socket should be", arguments: recordings)
    func headerAlone(name: String) throws {
        try forEachMessage(of: name) { recording, datagram, offset, before in
            guard datagram.integer(at: offset + 4, as: UInt16.self) == recording.messageType else { return }
            var damaged = datagram
            damaged.put(UInt32(16), at: offset)
            var replay = recording.replay
            #expect(replay.play(damaged) == CNL_FAILED && replay.failure == .malformed, "message at \(offset)")
            #expect(replay.counts.sockets == before, "message at \(offset)")
        }
    }

    /// One byte less may fall into the padding of the last attribute, which changes nothing.
    @Test("of a message that is one less is malformed or changes nothing", arguments: recordings)
    func oneLess(name: String) throws {
        try forEachMessage(of: name) { recording, datagram, offset, _ in
            var good = recording.replay
            let goodProgress = good.play(datagram)
            var damaged = datagram
            damaged.put(datagram.integer(at: offset, as: UInt32.self) - 1, at: offset)
            var replay = recording.replay
            if replay.play(damaged) == CNL_FAILED, goodProgress != CNL_FAILED {
                #expect(replay.failure == .malformed, "message at \(offset)")
            } else {
                #expect(replay.counts.text == good.counts.text, "message at \(offset)")
            }
        }
    }

    @Test("of a message that is one more is malformed", arguments: recordings)
    func oneMore(name: String) throws {
        try forEachMessage(of: name) { recording, datagram, offset, before in
            var damaged = datagram
            damaged.put(datagram.integer(at: offset, as: UInt32.self) + 1, at: offset)
            var replay = recording.replay
            #expect(replay.play(damaged) == CNL_FAILED && replay.failure == .malformed, "message at \(offset)")
            #expect(replay.counts.sockets <= before + 1, "message at \(offset)")
        }
    }

    @Test(
        "of an attribute is malformed below its header and beyond its message", arguments: recordings,
        [0, 1, 2, 3, 0x7fff, 0x8000, 0xffff] as [UInt16])
    func attributeLength(name: String, length: UInt16) throws {
        try forEachAttribute(of: name) { recording, datagram, offset, _ in
            var damaged = datagram
            damaged.put(length, at: offset)
            var replay = recording.replay
            #expect(replay.play(damaged) == CNL_FAILED && replay.failure == .malformed, "attribute at \(offset)")
        }
    }

    @Test("of an attribute never adds sockets", arguments: recordings, [4, 5, 15, 16, -1, 1, 8, 64])
    func attributeShift(name: String, change: Int) throws {
        try forEachAttribute(of: name) { recording, datagram, offset, _ in
            let length = datagram.integer(at: offset, as: UInt16.self)
            var damaged = datagram
            damaged.put(change < 4 ? UInt16(Int(length) + change) : UInt16(change), at: offset)
            var replay = recording.replay
            let progress = replay.play(damaged)
            #expect(progress != CNL_FAILED || replay.failure == .malformed, "attribute at \(offset)")
            #expect(replay.counts.sockets <= Message.split(datagram).count, "attribute at \(offset)")
        }
    }

    private typealias Visit = (_ recording: Recording, _ datagram: [UInt8], _ offset: Int, _ before: UInt64) -> Void

    /// Visits each message with its offset and the number of socket messages before it.
    private func forEachMessage(of name: String, _ visit: Visit) throws {
        let recording = try Recording(named: name)
        for datagram in recording.datagrams {
            var offset = 0
            for (index, message) in Message.split(datagram).enumerated() {
                visit(recording, datagram, offset, UInt64(index))
                offset += message.count
            }
        }
    }

    private func forEachAttribute(of name: String, _ visit: Visit) throws {
        try forEachMessage(of: name) { recording, datagram, message, before in
            guard datagram.integer(at: message + 4, as: UInt16.self) == recording.messageType else { return }
            let end = message + Int(datagram.integer(at: message, as: UInt32.self))
            var offset = message + Message.headerSize + SocketMessage.fixedSize
            while offset < end {
                visit(recording, datagram, offset, before)
                offset += (Int(datagram.integer(at: offset, as: UInt16.self)) + 3) & ~3
            }
        }
    }
}
