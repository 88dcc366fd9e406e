// SPDX-License-Identifier: Apache-2.0

import CNetlink
import CSocketTypes
import Testing

@Suite("A listener's message")
struct ListenerTests {
    private static let listen: UInt8 = 10

    /// The listeners of an answer, as many as there is room for, and how many there were.
    private func listeners(_ messages: [SocketMessage], capacity: Int = 4) -> (records: [cst_listener], count: Int) {
        var records = [cst_listener](repeating: cst_listener(), count: capacity)
        let count = unsafe records.withUnsafeMutableBufferPointer { records in
            var list = unsafe cnl_listeners(records: records.baseAddress, capacity: capacity, count: 0)
            unsafe withUnsafeMutablePointer(to: &list) { list in
                var replay = Replay()
                unsafe replay.fill(listeners: list)
                _ = replay.play(messages.map(\.bytes) + [Message.done.bytes])
            }
            return unsafe list.count
        }
        return (Array(records.prefix(count)), count)
    }

    private static func memory(drops: UInt32, fields: Int = 9) -> [UInt8] {
        let numbers = [UInt32](repeating: 0xffff_ffff, count: 8) + [drops] + [7, 7]
        return SocketMessage.attribute(7, value: numbers.prefix(fields).flatMap { [UInt8](littleEndian: $0) })
    }

    @Test("tells its address, port, backlog, limit and drops")
    func everything() throws {
        let message = SocketMessage(
            state: Self.listen, receiveQueue: 3, sendQueue: 128, port: 8090, source: [127, 0, 0, 1, 9, 9],
            attributes: SocketMessage.attribute(8, value: [3]) + Self.memory(drops: 42))
        let listener = try #require(listeners([message]).records.first)
        #expect(listener.family == UInt16(CST_IPV4))
        #expect(listener.port == 8090)
        #expect(listener.backlog == 3)
        #expect(listener.backlog_limit == 128)
        #expect(listener.drops == 42)
        #expect(listener.interface == 0)
        // What follows an IPv4 address is not a part of it.
        #expect(
            unsafe withUnsafeBytes(of: listener.address) { unsafe Array($0) } == [127, 0, 0, 1]
                + Array(repeating: 0, count: 12))
    }

    @Test("of IPv6 has an address of 16 bytes")
    func ipv6() throws {
        let source = (1...16).map { UInt8($0) }
        let message = SocketMessage(family: 10, state: Self.listen, source: source)
        let listener = try #require(listeners([message]).records.first)
        #expect(listener.family == UInt16(CST_IPV6))
        #expect(unsafe withUnsafeBytes(of: listener.address) { unsafe Array($0) } == source)
    }

    @Test("tells the interface that it is bound to")
    func interface() throws {
        let message = SocketMessage(family: 10, state: Self.listen, interface: 0x0102_0304)
        #expect(try #require(listeners([message]).records.first).interface == 0x0102_0304)
    }

    @Test("without its memory, or with less of it, tells no drops", arguments: 0...8)
    func shortMemory(fields: Int) throws {
        let message = SocketMessage(state: Self.listen, attributes: Self.memory(drops: 42, fields: fields))
        #expect(try #require(listeners([message]).records.first).drops == 0)
    }

    @Test("may hold more memory fields than are known")
    func longMemory() throws {
        let message = SocketMessage(state: Self.listen, attributes: Self.memory(drops: 42, fields: 11))
        #expect(try #require(listeners([message]).records.first).drops == 42)
    }

    @Test("beyond the room for it is counted and not listed", arguments: [0, 1, 2, 3, 4])
    func capacity(capacity: Int) {
        let messages = (1...3).map { SocketMessage(state: Self.listen, port: UInt16($0)) }
        let (records, count) = listeners(messages, capacity: capacity)
        #expect(count == 3)
        #expect(records.map(\.port) == Array([1, 2, 3].prefix(capacity)))
    }

    @Test("is the only one that is listed")
    func others() {
        let messages = (1...13).map { SocketMessage(state: UInt8($0)) } + [SocketMessage(family: 3, state: Self.listen)]
        #expect(listeners(messages).count == 1)
    }
}

@Suite("Ports")
struct PortTests {
    @Test("are counted with the counters they were given, by state")
    func counters() throws {
        let ports = try unsafe #require(cnl_ports_new())
        defer { unsafe cnl_ports_free(ports) }
        var slots = [UInt16](repeating: 0, count: 65536)
        slots[443] = 2
        slots[65535] = 4095
        slots[7] = 4096  // there is no such counter
        unsafe cnl_ports_begin(ports, slots)
        var replay = Replay()
        unsafe replay.fill(ports: ports)
        let messages = [(443, 1), (443, 1), (443, 6), (65535, 8), (80, 1), (7, 1), (443, 13)].map { port, state in
            SocketMessage(family: state == 6 ? 10 : 2, state: UInt8(state), port: UInt16(port))
        }
        _ = replay.play(messages.map(\.bytes))
        #expect(replay.counts.sockets == 7)
        let counted = [(2, 1), (2, 6), (4095, 8), (0, 1), (2, 13), (2, 14), (4096, 1)].map { slot, state in
            unsafe cnl_port_sockets(ports, UInt32(slot), UInt32(state))
        }
        #expect(counted == [2, 1, 1, 1, 0, 0, 0])

        unsafe cnl_ports_begin(ports, slots)
        #expect(unsafe cnl_port_sockets(ports, 2, 1) == 0)
    }
}
