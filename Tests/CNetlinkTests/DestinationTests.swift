// SPDX-License-Identifier: Apache-2.0

import CNetlink
import CSocketTypes
import Testing

@Suite("Destinations")
struct DestinationTests {
    /// What is counted of sockets by where they go.
    @safe private final class Destinations {
        let handle: OpaquePointer

        init(_ ports: [UInt16]) throws {
            unsafe handle = try unsafe #require(cnl_destinations_new())
            begin(ports)
        }

        deinit {
            unsafe cnl_destinations_free(handle)
        }

        func begin(_ ports: [UInt16]) {
            var set = [UInt8](repeating: 0, count: Int(CST_PORT_SET_SIZE))
            for port in ports {
                set[Int(port / 8)] |= 1 << (port % 8)
            }
            unsafe cnl_destinations_begin(handle, set)
        }

        /// The sockets of the busiest destination, and how many ports are used.
        func count(_ messages: [SocketMessage]) throws -> [UInt64] {
            var replay = Replay()
            unsafe replay.fill(destinations: handle)
            for message in messages {
                try #require(replay.play(message.bytes) == CNL_MORE)
            }
            return [unsafe cnl_busiest_destination(handle), UInt64(unsafe cnl_used_ports(handle))]
        }
    }

    private static let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]

    private static func socket(
        _ port: UInt16, from source: [UInt8] = [10, 0, 0, 1], to destination: [UInt8] = [10, 0, 0, 2],
        _ remotePort: UInt16 = 443, state: UInt8 = 1
    ) -> SocketMessage {
        SocketMessage(
            family: source.count == 4 ? 2 : 10, state: state, port: port, source: source, remotePort: remotePort,
            destination: destination)
    }

    @Test("are told apart by both addresses and the remote port")
    func apart() throws {
        let long: [UInt8] = (1...16).map { $0 }
        let others: [SocketMessage] =
            [
                Self.socket(40000, from: [10, 0, 0, 3]), Self.socket(40001, to: [10, 0, 0, 4]),
                Self.socket(40002, 444),
            ]
            + (0..<16).flatMap { index in
                var other = long
                other[index] ^= 0x80
                return [Self.socket(40003, from: long, to: other), Self.socket(40004, from: other, to: long)]
            }
        let destinations = try Destinations(Array(40000...40010))
        #expect(try destinations.count(others) == [1, 5])
        #expect(try destinations.count([Self.socket(40005), Self.socket(40006), Self.socket(40007)]) == [3, 8])
    }

    @Test("are counted for the ports of the set alone")
    func set() throws {
        let destinations = try Destinations([40000, 40008])
        let messages = [40000, 40001, 40007, 40008, 40009, 0].map { Self.socket($0) }
        #expect(try destinations.count(messages) == [2, 2])
        let used = [40000, 40001, 40008, 65535].map { unsafe cnl_is_used_port(destinations.handle, $0) }
        #expect(used == [true, false, true, false])
    }

    @Test("are counted in every state but LISTEN and BOUND_INACTIVE", arguments: 1...13 as ClosedRange<UInt8>)
    func states(state: UInt8) throws {
        let isCounted: UInt64 = state == 10 || state == 13 ? 0 : 1
        #expect(try Destinations([40000]).count([Self.socket(40000, state: state)]) == [isCounted, isCounted])
    }

    @Test("of IPv4 and of mapped addresses are the same")
    func mapped() throws {
        let source = Self.mapped + [10, 0, 0, 1]
        let messages = [Self.socket(40000), Self.socket(40001, from: source, to: Self.mapped + [10, 0, 0, 2])]
        #expect(try Destinations([40000, 40001]).count(messages) == [2, 2])
    }

    @Test("of one port are counted with it once")
    func port() throws {
        let messages = (1...5).map { Self.socket(40000, $0) }
        #expect(try Destinations([40000]).count(messages) == [1, 1])
    }

    @Test("are forgotten with the next set")
    func forgotten() throws {
        let destinations = try Destinations([40000])
        #expect(try destinations.count([Self.socket(40000), Self.socket(40000)]) == [2, 1])
        destinations.begin([40001])
        #expect(try destinations.count([Self.socket(40000), Self.socket(40001)]) == [1, 1])
        destinations.begin([])
        #expect(try destinations.count([Self.socket(40001)]) == [0, 0])
    }
}
