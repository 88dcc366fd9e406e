// SPDX-License-Identifier: Apache-2.0

import CNetlink
import CSocketTypes
import Testing

@Suite("A UDP socket's message")
struct UDPMessageTests {
    private static let known: [UInt8] = [1, 7]

    private func counts(of message: SocketMessage) throws -> cnl_udp_counts {
        var replay = UDPReplay()
        try #require(replay.play(message.bytes) == CNL_MORE)
        return replay.counts
    }

    @Test("is counted by family and state", arguments: Family.allCases, known)
    func familyAndState(family: Family, state: UInt8) throws {
        let counts = try counts(
            of: SocketMessage(family: family == .ipv6 ? 10 : 2, state: state, receiveQueue: 5, sendQueue: 6))
        #expect(counts.sockets(family, UInt32(state)) == 1)
        #expect(counts.receiveQueueBytes(family) == 5)
        #expect(counts.sendQueueBytes(family) == 6)
        let all = Family.allCases.flatMap { family in (0..<16).map { counts.sockets(family, $0) } }
        #expect(all.reduce(0, +) == 1)
    }

    @Test(
        "in a state that UDP does not have is left out",
        arguments: (0...255).filter { !known.contains($0) } as [UInt8])
    func unknownState(state: UInt8) throws {
        let counts = try counts(of: SocketMessage(state: state, receiveQueue: 1, sendQueue: 1))
        var expected = cnl_udp_counts()
        expected.unknown_states = 1
        #expect(counts.text == expected.text)
    }

    @Test("of an unknown family is left out", arguments: [0, 1, 3, 9, 11, 255] as [UInt8])
    func unknownFamily(family: UInt8) throws {
        let counts = try counts(of: SocketMessage(family: family, receiveQueue: 1, sendQueue: 1))
        var expected = cnl_udp_counts()
        expected.unknown_families = 1
        #expect(counts.text == expected.text)
    }

    @Test("adds its queues without wrapping")
    func queues() {
        let most = UInt32(Int32.max)
        let message = SocketMessage(family: 10, state: 7, receiveQueue: most, sendQueue: most).bytes
        var replay = UDPReplay()
        #expect(replay.play(message + message + message) == CNL_MORE)
        #expect(replay.counts.receiveQueueBytes(.ipv6) == 3 * 0x7fff_ffff)
        #expect(replay.counts.sendQueueBytes(.ipv6) == 3 * 0x7fff_ffff)
        #expect(replay.counts.receiveQueueBytes(.ipv4) == 0)
    }

    /// The kernel subtracts what changes meanwhile from what it has read.
    @Test("takes queues that are negative for a moment for empty ones", arguments: [0x8000_0000, 0xffff_ff00, .max])
    func negativeQueues(bytes: UInt32) {
        var replay = UDPReplay()
        let message = SocketMessage(family: 10, state: 7, receiveQueue: bytes, sendQueue: bytes).bytes
        #expect(replay.play(message) == CNL_MORE)
        #expect(replay.counts.receiveQueueBytes(.ipv6) == 0)
        #expect(replay.counts.sendQueueBytes(.ipv6) == 0)
    }

    @Test("is malformed below its fixed part", arguments: [0, 1, 4, 64, 68, 71])
    func short(size: Int) {
        var replay = UDPReplay()
        let message = Message(payload: Array(SocketMessage().payload.prefix(size)))
        #expect(replay.play(message.bytes) == CNL_FAILED)
        #expect(replay.failure == .malformed)
        #expect(replay.counts.text == cnl_udp_counts().text)
    }

    @Test(
        "is malformed where the length of an attribute is wrong", arguments: [0, 1, 2, 3, 9, 12, 0xffff] as [UInt16])
    func wrongLength(length: UInt16) {
        var replay = UDPReplay()
        let attribute = SocketMessage.attribute(7, length: length, value: [1, 2, 3, 4])
        #expect(replay.play(SocketMessage(attributes: attribute).bytes) == CNL_FAILED)
        #expect(replay.failure == .malformed)
        #expect(replay.counts.text == cnl_udp_counts().text)
    }

    @Test("has attributes of known and unknown types", arguments: [(1, 0), (22, 0), (0, 1), (23, 1), (0x3fff, 1)])
    func attributes(type: UInt16, unknown: UInt64) throws {
        let counts = try counts(of: SocketMessage(attributes: SocketMessage.attribute(type, value: [1, 2, 3])))
        #expect(counts.unknown_attributes == unknown)
        #expect(counts.sockets(.ipv4, 1) == 1)
    }

    @Test("of another type is counted as unknown")
    func otherType() {
        var replay = UDPReplay()
        #expect(replay.play(Message(type: 20, payload: SocketMessage().payload).bytes) == CNL_MORE)
        #expect(replay.counts.unknown_messages == 1)
        #expect(replay.counts.sockets(.ipv4, 1) == 0)
    }

    @Test("tells the cgroup of the first that has one other than the root")
    func cgroup() {
        let cgroups: [UInt64] = [0, 1, 0x0102_0304_0506, 77]
        let messages = cgroups.map { cgroup in
            SocketMessage(
                state: 7, attributes: SocketMessage.attribute(21, value: [UInt8](littleEndian: cgroup)))
        }
        var replay = UDPReplay()
        #expect(replay.play(messages.flatMap(\.bytes)) == CNL_MORE)
        #expect(replay.counts.cgroup == 0x0102_0304_0506)
    }

    @Test("without all bytes of its cgroup tells none", arguments: 0..<8)
    func shortCgroup(bytes: Int) throws {
        let value = [UInt8](repeating: 0xff, count: bytes)
        let counts = try counts(of: SocketMessage(attributes: SocketMessage.attribute(21, value: value)))
        #expect(counts.cgroup == 0)
    }
}

@Suite("UDP ports")
struct UDPPortTests {
    private static func memory(drops: UInt32, fields: Int = 9) -> [UInt8] {
        let numbers = [UInt32](repeating: 0xffff_ffff, count: 8) + [drops] + [7, 7]
        return SocketMessage.attribute(7, value: numbers.prefix(fields).flatMap { [UInt8](littleEndian: $0) })
    }

    private static func message(_ port: UInt16, ipv6: Bool = false, drops: UInt32) -> [UInt8] {
        SocketMessage(family: ipv6 ? 10 : 2, state: 7, port: port, attributes: memory(drops: drops)).bytes
    }

    @Test("have the drops of the sockets that are bound to them, by family")
    func drops() throws {
        let ports = try #require(UDPPorts())
        var replay = UDPReplay()
        unsafe replay.fill(ports: ports.handle)
        let messages = [
            Self.message(53, drops: .max), Self.message(53, drops: .max), Self.message(53, ipv6: true, drops: 3),
            Self.message(63, drops: 0), Self.message(64, drops: 1), Self.message(65535, drops: 2),
            Self.message(0, ipv6: true, drops: 9),
        ]
        #expect(replay.play(messages.flatMap { $0 }) == CNL_MORE)
        #expect(ports.bound(.ipv4) == [53, 63, 64, 65535])
        #expect(ports.bound(.ipv6) == [0, 53])
        #expect(ports.count == 6)
        #expect(ports.bound(.ipv4).map { ports.drops(0, $0) } == [2 * 0xffff_ffff, 0, 1, 2])
        #expect(ports.bound(.ipv6).map { ports.drops(1, $0) } == [9, 3])
        #expect(replay.counts.unknown_drops == 0)
    }

    @Test("are bound where the kernel tells no drops, which is counted", arguments: 0...8)
    func shortMemory(fields: Int) throws {
        let ports = try #require(UDPPorts())
        var replay = UDPReplay()
        unsafe replay.fill(ports: ports.handle)
        let message = SocketMessage(state: 7, port: 7, attributes: Self.memory(drops: 42, fields: fields))
        #expect(replay.play(message.bytes) == CNL_MORE)
        #expect(replay.counts.unknown_drops == 1)
        #expect(ports.bound(.ipv4) == [7])
        #expect(ports.drops(0, 7) == 0)
    }

    @Test("may have more fields of memory than are known")
    func longMemory() throws {
        let ports = try #require(UDPPorts())
        var replay = UDPReplay()
        unsafe replay.fill(ports: ports.handle)
        let message = SocketMessage(state: 7, port: 7, attributes: Self.memory(drops: 42, fields: 11))
        #expect(replay.play(message.bytes) == CNL_MORE)
        #expect(ports.drops(0, 7) == 42)
    }

    @Test("are not counted where no table of them is filled")
    func noTable() {
        var replay = UDPReplay()
        #expect(replay.play(SocketMessage(state: 7, port: 7).bytes) == CNL_MORE)
        #expect(replay.counts.sockets(.ipv4, 7) == 1)
        #expect(replay.counts.unknown_drops == 0)
    }

    @Test("of sockets that are left out are not bound", arguments: [(2, 10), (3, 7)] as [(UInt8, UInt8)])
    func leftOut(family: UInt8, state: UInt8) throws {
        let ports = try #require(UDPPorts())
        var replay = UDPReplay()
        unsafe replay.fill(ports: ports.handle)
        #expect(replay.play(SocketMessage(family: family, state: state, port: 7).bytes) == CNL_MORE)
        #expect(ports.count == 0)
    }

    @Test(
        "of an index that there is not are not bound",
        arguments: [(2, 0), (0, 65536), (1, 65537), (0, .max), (.max, 1)])
    func noIndex(family: UInt32, port: UInt32) throws {
        let ports = try #require(UDPPorts())
        #expect(ports.bound(family, from: port) == nil)
        #expect(ports.drops(family, port) == 0)
    }

    @Test("may all be bound")
    func all() throws {
        let ports = try #require(UDPPorts())
        var replay = UDPReplay()
        unsafe replay.fill(ports: ports.handle)
        for family in Family.allCases {
            var message = Self.message(0, ipv6: family == .ipv6, drops: 1)
            for port in UInt16.min...UInt16.max {
                message[Message.headerSize + 4] = UInt8(port >> 8)
                message[Message.headerSize + 5] = UInt8(truncatingIfNeeded: port)
                guard replay.play(message) == CNL_MORE else { break }
            }
        }
        #expect(ports.count == 2 * 65536)
        for family in Family.allCases {
            let bound = ports.bound(family)
            #expect(bound == Array(0..<65536))
            #expect(bound.allSatisfy { ports.drops(family.rawValue, $0) == 1 })
        }
    }
}
