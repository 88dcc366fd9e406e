// SPDX-License-Identifier: Apache-2.0

import CNetlink
import Testing

@Suite("A socket's attributes")
struct AttributeTests {
    @Test("that are known are passed over", arguments: [1, 8, 15, 21, 22, 0x8000 | 5, 0x4000 | 22] as [UInt16])
    func known(type: UInt16) {
        var replay = Replay()
        let message = SocketMessage(attributes: SocketMessage.attribute(type, value: [1, 2, 3, 4]))
        #expect(replay.play(message.bytes) == CNL_MORE)
        #expect(replay.counts.sockets == 1)
        #expect(replay.counts.unknown_attributes == 0)
    }

    @Test("that are unknown are counted", arguments: [0, 23, 0x3fff, 0x8000, 0x8000 | 23, 0xffff] as [UInt16])
    func unknown(type: UInt16) {
        var replay = Replay()
        let attributes =
            SocketMessage.attribute(8, value: [3]) + SocketMessage.attribute(type, value: [1, 2, 3, 4, 5])
            + SocketMessage.attribute(22, value: [1, 2])
        #expect(replay.play(SocketMessage(attributes: attributes).bytes) == CNL_MORE)
        #expect(replay.counts.sockets == 1)
        #expect(replay.counts.unknown_attributes == 1)
    }

    @Test("may be empty")
    func empty() {
        var replay = Replay()
        let attributes = SocketMessage.attribute(1) + SocketMessage.attribute(23)
        #expect(replay.play(SocketMessage(attributes: attributes).bytes) == CNL_MORE)
        #expect(replay.counts.unknown_attributes == 1)
    }

    /// A length of 0 must not be stepped over by nothing, for ever.
    @Test(
        "are malformed when shorter than their header or longer than the message",
        arguments: [0, 1, 2, 3, 9, 12, 0xffff] as [UInt16])
    func wrongLength(length: UInt16) {
        var replay = Replay()
        let attribute = SocketMessage.attribute(8, length: length, value: [1, 2, 3, 4])
        #expect(replay.play(SocketMessage(attributes: attribute).bytes) == CNL_FAILED)
        #expect(replay.failure == .malformed)
        #expect(replay.counts.sockets == 0)
    }

    @Test("may be followed by less than another's header", arguments: 1...3)
    func trailing(count: Int) {
        var replay = Replay()
        let rest = [UInt8](repeating: 0xff, count: count)
        let message = SocketMessage(attributes: SocketMessage.attribute(8, value: [1, 2, 3, 4]) + rest)
        #expect(replay.play(message.bytes) == CNL_MORE)
        #expect(replay.counts.sockets == 1)
    }

    @Test("do not reach into the next message")
    func nextMessage() {
        let attribute = SocketMessage.attribute(8, length: 8 + 16, value: [1, 2, 3, 4])
        var replay = Replay()
        #expect(replay.play(SocketMessage(attributes: attribute).bytes + SocketMessage().bytes) == CNL_FAILED)
        #expect(replay.failure == .malformed)
    }
}

@Suite("The cgroup of the sockets")
struct CgroupTests {
    private static func message(_ cgroup: UInt64, bytes: Int = 8, family: UInt8 = 2) -> SocketMessage {
        let value = [UInt8](littleEndian: cgroup) + [0xff, 0xff, 0xff, 0xff]
        return SocketMessage(
            family: family, attributes: SocketMessage.attribute(21, value: Array(value.prefix(bytes))))
    }

    private static func cgroup(_ messages: [SocketMessage]) -> UInt64 {
        var replay = Replay()
        #expect(replay.play(messages.map(\.bytes)) == CNL_MORE)
        return replay.counts.cgroup
    }

    @Test("is that of the first with one that is not the root")
    func first() {
        let messages = [SocketMessage()] + [0, 1, 0x0000_0102_0304_0506, 77].map { Self.message($0) }
        #expect(Self.cgroup(messages) == 0x0000_0102_0304_0506)
    }

    @Test("is not known where no socket has one", arguments: [[], [SocketMessage()], [message(1), message(0)]])
    func none(messages: [SocketMessage]) {
        #expect(Self.cgroup(messages) == 0)
    }

    @Test("is ignored where it is shorter than 8 bytes", arguments: 0..<8)
    func short(bytes: Int) {
        #expect(Self.cgroup([Self.message(.max, bytes: bytes)]) == 0)
    }

    @Test("may be longer than 8 bytes", arguments: 9...12)
    func long(bytes: Int) {
        #expect(Self.cgroup([Self.message(77, bytes: bytes)]) == 77)
    }

    @Test("of a socket that is not counted does not count")
    func unknownFamily() {
        #expect(Self.cgroup([Self.message(77, family: 3)]) == 0)
    }
}
