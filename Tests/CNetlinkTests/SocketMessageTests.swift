// SPDX-License-Identifier: Apache-2.0

import CNetlink
import Testing

@Suite("A socket's message")
struct SocketMessageTests {
    @Test("is counted by family and state", arguments: Family.allCases, 1...11 as ClosedRange<UInt8>)
    func familyAndState(family: Family, state: UInt8) throws {
        let counts = try counts(of: SocketMessage(family: family == .ipv6 ? 10 : 2, state: state))
        #expect(counts.connections(family, UInt32(state)) == 1)
        #expect(counts.sockets == 1)
        #expect(counts.timerConnections(0) == 1)
    }

    @Test("in state NEW_SYN_RECV is in SYN_RECV")
    func newSynRecv() throws {
        let counts = try counts(of: SocketMessage(state: 12))
        #expect(counts.connections(.ipv4, 3) == 1)
        #expect(counts.sockets == 1)
    }

    /// Of the attributes a request has only its mark (15), and a socket its state of shutdown (8) in any case.
    @Test(
        "in state SYN_RECV is a connection request where it has no attribute that each socket has",
        arguments: [3, 12, 1, 6] as [UInt8], [[], [15], [8], [15, 8, 21]] as [[UInt16]])
    func request(state: UInt8, attributes: [UInt16]) throws {
        let message = SocketMessage(
            state: state, attributes: attributes.flatMap { SocketMessage.attribute($0, value: [0]) })
        let isRequest = [3, 12].contains(state) && !attributes.contains(8)
        #expect(try counts(of: message).requests == (isRequest ? 1 : 0))
    }

    @Test("in state CLOSE is bound and nothing else where that was asked for", arguments: [false, true])
    func closed(isBoundInactive: Bool) throws {
        let message = SocketMessage(state: 7, receiveQueue: 5, sendQueue: 6)
        let counts = try counts(of: message, closedIsBoundInactive: isBoundInactive)
        #expect(counts.connections(.ipv4, 7) == (isBoundInactive ? 0 : 1))
        #expect(counts.connections(.ipv4, 13) == (isBoundInactive ? 1 : 0))
        #expect(counts.receiveQueueBytes(.ipv4) == (isBoundInactive ? 0 : 5))
        #expect(counts.sendQueueBytes(.ipv4) == (isBoundInactive ? 0 : 6))
    }

    @Test("in state BOUND_INACTIVE is counted as such")
    func boundInactive() throws {
        #expect(try counts(of: SocketMessage(state: 13)).connections(.ipv4, 13) == 1)
    }

    @Test("in an unknown state is left out", arguments: [0, 14, 15, 31, 32, 128, 255] as [UInt8])
    func unknownState(state: UInt8) throws {
        let counts = try counts(of: SocketMessage(state: state, receiveQueue: 1, sendQueue: 1))
        var expected = cnl_tcp_counts()
        expected.unknown_states = 1
        #expect(counts.text == expected.text)
    }

    @Test("of an unknown family is left out", arguments: [0, 1, 3, 9, 11, 255] as [UInt8])
    func unknownFamily(family: UInt8) throws {
        let counts = try counts(of: SocketMessage(family: family, receiveQueue: 1, sendQueue: 1))
        var expected = cnl_tcp_counts()
        expected.unknown_families = 1
        #expect(counts.text == expected.text)
    }

    @Test("is counted by timer", arguments: 0...4 as ClosedRange<UInt8>)
    func timer(timer: UInt8) throws {
        let counts = try counts(of: SocketMessage(timer: timer))
        #expect(counts.timerConnections(UInt32(timer)) == 1)
        #expect(counts.unknown_timers == 0)
    }

    @Test("with an unknown timer is still counted by state", arguments: [5, 6, 255] as [UInt8])
    func unknownTimer(timer: UInt8) throws {
        let counts = try counts(of: SocketMessage(timer: timer))
        #expect(counts.connections(.ipv4, 1) == 1)
        #expect(counts.unknown_timers == 1)
    }

    @Test("adds its queues without wrapping")
    func queues() {
        let message = SocketMessage(family: 10, receiveQueue: .max, sendQueue: .max).bytes
        var replay = Replay()
        #expect(replay.play(message + message + message) == CNL_MORE)
        #expect(replay.counts.receiveQueueBytes(.ipv6) == 3 * 0xffff_ffff)
        #expect(replay.counts.sendQueueBytes(.ipv6) == 3 * 0xffff_ffff)
        #expect(replay.counts.receiveQueueBytes(.ipv4) == 0)
    }

    @Test("of a listener has a backlog instead of queues")
    func listener() throws {
        let counts = try counts(of: SocketMessage(state: 10, receiveQueue: 3, sendQueue: 4096))
        #expect(counts.connections(.ipv4, 10) == 1)
        #expect(counts.receiveQueueBytes(.ipv4) == 0)
        #expect(counts.sendQueueBytes(.ipv4) == 0)
    }

    @Test("is malformed below its fixed part", arguments: [0, 1, 4, 64, 68, 71])
    func short(size: Int) {
        var replay = Replay()
        let message = Message(payload: Array(SocketMessage().payload.prefix(size)))
        #expect(replay.play(message.bytes) == CNL_FAILED)
        #expect(replay.failure == .malformed)
        #expect(replay.counts.text == cnl_tcp_counts().text)
    }

    @Test("answers the request that was sent", arguments: [18, 20] as [UInt16])
    func messageType(type: UInt16) {
        var replay = Replay(messageType: type)
        #expect(replay.play(SocketMessage().bytes) == CNL_MORE)
        #expect(replay.counts.sockets == (type == Message.defaultType ? 1 : 0))
        #expect(replay.counts.unknown_messages == (type == Message.defaultType ? 0 : 1))
    }

    private func counts(of message: SocketMessage, closedIsBoundInactive: Bool = false) throws -> cnl_tcp_counts {
        var replay = Replay(closedIsBoundInactive: closedIsBoundInactive)
        try #require(replay.play(message.bytes) == CNL_MORE)
        return replay.counts
    }
}
