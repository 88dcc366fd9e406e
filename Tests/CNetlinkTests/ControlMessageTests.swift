// SPDX-License-Identifier: Apache-2.0

import CNetlink
import Glibc
import Testing

/// One message that is not a socket, and what the reply makes of it.
struct ControlCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let message: Message
    let progress: cnl_progress
    let failure: Failure

    init(_ description: String, _ message: Message, _ progress: cnl_progress, _ failure: Failure = .none) {
        testDescription = description
        self.message = message
        self.progress = progress
        self.failure = failure
    }
}

@Suite("Messages that are not sockets")
struct ControlMessageTests {
    static let refused = Failure(CNL_REFUSED, ENOENT)

    static let cases = [
        ControlCase("NLMSG_NOOP", Message(type: 1), CNL_MORE),
        ControlCase("NLMSG_ERROR ENOENT", .error(-ENOENT), CNL_FAILED, refused),
        ControlCase("NLMSG_ERROR largest errno", .error(-4095), CNL_FAILED, Failure(CNL_REFUSED, 4095)),
        ControlCase("NLMSG_ERROR beyond an errno", .error(-4096), CNL_FAILED, .malformed),
        ControlCase("NLMSG_ERROR 0: an acknowledgement", .error(0), CNL_FAILED, .malformed),
        ControlCase("NLMSG_ERROR INT_MIN", .error(.min), CNL_FAILED, .malformed),
        ControlCase("NLMSG_ERROR INT_MAX", .error(.max), CNL_FAILED, .malformed),
        ControlCase("NLMSG_ERROR positive", .error(ENOENT), CNL_FAILED, .malformed),
        ControlCase("NLMSG_ERROR without payload", Message(type: 2), CNL_FAILED, .malformed),
        ControlCase(
            "NLMSG_ERROR one byte short",
            Message(type: 2, payload: [0xfe, 0xff, 0xff, 0xff] + [UInt8](repeating: 0, count: 15)), CNL_FAILED,
            .malformed),
        ControlCase("NLMSG_DONE", .done, CNL_COMPLETE),
        ControlCase("NLMSG_DONE without payload", Message(type: 3), CNL_COMPLETE),
        ControlCase("NLMSG_DONE short", Message(type: 3, payload: [0xfe, 0xff, 0xff]), CNL_COMPLETE),
        ControlCase("NLMSG_DONE ENOENT", Message(type: 3, payload: [0xfe, 0xff, 0xff, 0xff]), CNL_FAILED, refused),
        ControlCase(
            "NLMSG_DONE ENOENT and more", Message(type: 3, payload: [0xfe, 0xff, 0xff, 0xff, 1, 2, 3, 4]), CNL_FAILED,
            refused),
        ControlCase("NLMSG_DONE positive", Message(type: 3, payload: [2, 0, 0, 0]), CNL_COMPLETE),
        ControlCase("NLMSG_DONE INT_MIN", Message(type: 3, payload: [0, 0, 0, 0x80]), CNL_COMPLETE),
        ControlCase(
            "NLMSG_DONE interrupted", Message(type: 3, flags: 0x12, payload: [0, 0, 0, 0]), CNL_FAILED,
            Failure(CNL_INTERRUPTED)),
        ControlCase("NLMSG_OVERRUN", Message(type: 4), CNL_FAILED, Failure(CNL_OVERRUN, ENOBUFS)),
        ControlCase("another sequence", Message(sequence: 8), CNL_FAILED, .foreign),
        ControlCase("sequence 0", Message(sequence: 0), CNL_FAILED, .foreign),
        ControlCase("another port", Message(portID: 4243), CNL_FAILED, .foreign),
        ControlCase("an error for another request", Message(type: 2, sequence: 8), CNL_FAILED, .foreign),
        ControlCase("an end for another request", Message(type: 3, sequence: 8), CNL_FAILED, .foreign),
    ]

    @Test("end the reply or are passed over", arguments: cases)
    func outcome(of control: ControlCase) {
        var replay = Replay()
        #expect(replay.play(control.message.bytes) == control.progress)
        #expect(replay.failure == control.failure)
        #expect(replay.counts.text == cnl_tcp_counts().text)
    }

    @Test("do not undo what came before, and what follows the end is not read", arguments: cases)
    func amongSockets(control: ControlCase) {
        let socket = SocketMessage().bytes
        var replay = Replay()
        #expect(replay.play(socket + control.message.bytes + socket) == control.progress)
        #expect(replay.failure == control.failure)
        #expect(replay.counts.sockets == (control.progress == CNL_MORE ? 2 : 1))
    }

    @Test("of unknown types are counted", arguments: [0, 5, 15, 17, 19, 20, 0xffff] as [UInt16])
    func unknownType(type: UInt16) {
        var replay = Replay()
        #expect(replay.play(Message(type: type, payload: [1, 2, 3]).bytes + Message.done.bytes) == CNL_COMPLETE)
        #expect(replay.counts.unknown_messages == 1)
        #expect(replay.counts.sockets == 0)
    }

    @Test("say that the dump was interrupted wherever the flag was", arguments: 0..<3)
    func interrupted(index: Int) {
        var messages = [SocketMessage().bytes, SocketMessage().bytes, Message.done.bytes]
        messages[index].put(UInt16(0x12), at: 6)
        var replay = Replay()
        #expect(replay.play(messages) == CNL_FAILED)
        #expect(replay.failure == Failure(CNL_INTERRUPTED))
        #expect(replay.counts.sockets == 2)
    }
}
