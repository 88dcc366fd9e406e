// SPDX-License-Identifier: Apache-2.0

import CNetlink
import CSocketTypes
import Testing

@Suite("A filter")
struct FilterTests {
    /// Counts an answer's sockets with a filter.
    private func counts(
        _ messages: [SocketMessage], inodes: [UInt32] = [], ports: [UInt16] = [],
        fill: (inout Replay) -> Void = { _ in }
    ) throws -> cnl_tcp_counts {
        let filter = try unsafe #require(cnl_filter_new(inodes, inodes.count))
        defer { unsafe cnl_filter_free(filter) }
        for port in ports {
            unsafe cnl_filter_add_port(filter, port)
        }
        var replay = Replay()
        unsafe replay.select(filter)
        fill(&replay)
        #expect(replay.play(messages.map(\.bytes) + [Message.done.bytes]) == CNL_COMPLETE)
        return replay.counts
    }

    @Test(
        "selects by inode number or by local port",
        arguments: [
            (inode: 7, port: 80, inodes: [7], ports: [], isSelected: true),
            (7, 80, [], [80], true), (7, 80, [7], [80], true), (7, 80, [6, 8], [79, 81], false), (7, 80, [], [], false),
            // Those that belong to nobody are selected by their port alone.
            (0, 80, [0], [], false), (0, 80, [0, 7], [], false), (0, 80, [7], [80], true), (0, 0, [], [0], true),
            (UInt32.max, UInt16.max, [UInt32.max], [], true), (UInt32.max, UInt16.max, [], [UInt16.max], true),
            (1, 1, [UInt32.max, 1 << 31], [1 << 8, 0, 9], false),
        ] as [(inode: UInt32, port: UInt16, inodes: [UInt32], ports: [UInt16], isSelected: Bool)])
    func selection(inode: UInt32, port: UInt16, inodes: [UInt32], ports: [UInt16], isSelected: Bool) throws {
        let counts = try counts([SocketMessage(port: port, inode: inode)], inodes: inodes, ports: ports)
        #expect(counts.connections(.ipv4, 1) == (isSelected ? 1 : 0))
        #expect(counts.unselected == (isSelected ? 0 : 1))
    }

    @Test("leaves nothing of an unselected socket in any sum", arguments: 0...14 as ClosedRange<UInt8>)
    func nothing(state: UInt8) throws {
        let messages = [2, 10, 3].flatMap { (family: UInt8) in
            [0, 1, 9].map { (timer: UInt8) in
                SocketMessage(
                    family: family, state: state, timer: timer, receiveQueue: 5, sendQueue: 6, port: 81, inode: 8)
            }
        }
        let counts = try counts(messages, inodes: [7], ports: [80])
        var expected = cnl_tcp_counts()
        expected.unselected = UInt64(messages.count)
        #expect(counts.text == expected.text)
        #expect(counts.unselected == expected.unselected)
    }

    @Test("restricts listeners and ports alike")
    func everything() throws {
        let ports = try unsafe #require(cnl_ports_new())
        defer { unsafe cnl_ports_free(ports) }
        unsafe cnl_ports_begin(ports, [UInt16](repeating: 1, count: 65536))
        var list = unsafe cnl_listeners(records: nil, capacity: 0, count: 0)
        let messages = (1...9).map { SocketMessage(state: $0 < 4 ? 10 : 1, port: 80, inode: $0) }
        let counts = try unsafe withUnsafeMutablePointer(to: &list) { list in
            try self.counts(messages, inodes: [2, 3, 4, 5, 6]) { unsafe $0.fill(listeners: list, ports: ports) }
        }
        #expect(unsafe list.count == 2)
        #expect(unsafe cnl_port_sockets(ports, 1, 10) == 2)
        #expect(unsafe cnl_port_sockets(ports, 1, 1) == 3)
        #expect(counts.sockets == 5)
        #expect(counts.unselected == 4)
    }

    /// Numbers in order and numbers that fall on one place of the set, against Swift's own set.
    @Test(
        "agrees with a set, whatever its size", arguments: [0, 1, 2, 3, 4, 5, 8, 100, 1000, 4096],
        [1, 3, 1 << 12, 1 << 20])
    func sets(count: Int, step: UInt32) throws {
        let inodes = (0..<count).map { 1 + UInt32($0) &* step }
        let set = Set(inodes)
        let asked = (0..<3000).map { UInt32($0) } + inodes + inodes.map { $0 &+ 1 } + inodes.map { $0 &* 7 }
        let counts = try counts(asked.map { SocketMessage(inode: $0) }, inodes: inodes)
        #expect(counts.sockets == UInt64(asked.filter { $0 != 0 && set.contains($0) }.count))
        #expect(counts.sockets + counts.unselected == UInt64(asked.count))
    }

    @Test("does not spare a socket the checks of its lengths")
    func malformed() throws {
        let filter = try unsafe #require(cnl_filter_new(nil, 0))
        defer { unsafe cnl_filter_free(filter) }
        let tooLong = SocketMessage(attributes: SocketMessage.attribute(8, length: 9, value: [3]))
        let tooShort = Message(payload: Array(SocketMessage().payload.prefix(71)))
        for message in [tooLong.bytes, tooShort.bytes] {
            var replay = Replay()
            unsafe replay.select(filter)
            #expect(replay.play(message) == CNL_FAILED)
            #expect(replay.failure == .malformed)
        }
    }

    @Test("splits a recorded dump into two", arguments: Fixture.recordingNames)
    func recordings(name: String) throws {
        let recording = try Recording(named: name)
        var whole = recording.replay
        guard whole.play(recording.datagrams) == CNL_COMPLETE else { return }
        // By the port's parity, which no socket escapes.
        let halves = try [0, 1].map { parity in
            let filter = try unsafe #require(cnl_filter_new(nil, 0))
            defer { unsafe cnl_filter_free(filter) }
            for port in stride(from: parity, to: 65536, by: 2) {
                unsafe cnl_filter_add_port(filter, UInt16(port))
            }
            var replay = recording.replay
            unsafe replay.select(filter)
            #expect(replay.play(recording.datagrams) == CNL_COMPLETE)
            return replay.counts
        }
        #expect(halves[0].unselected == halves[1].sockets)
        #expect(halves[1].unselected == halves[0].sockets)
        for family in Family.allCases {
            for state in 0..<UInt32(CST_STATES) {
                let sum = halves[0].connections(family, state) + halves[1].connections(family, state)
                #expect(sum == whole.counts.connections(family, state))
            }
            let bytes = halves.map { $0.sendQueueBytes(family) + $0.receiveQueueBytes(family) }.reduce(0, +)
            #expect(bytes == whole.counts.sendQueueBytes(family) + whole.counts.receiveQueueBytes(family))
        }
    }
}
