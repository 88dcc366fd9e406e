// SPDX-License-Identifier: Apache-2.0

import CNetlink
import CNetlinkTestSupport
import Glibc
import KernelTestSupport
import Testing

@Suite("A deadline")
struct DeadlineTests {
    private static let second: Int64 = 1_000_000_000
    private static let usualTimeout = 5_000_000

    @Test("that has passed asks nothing", arguments: [0, -1, -second])
    func passed(nanoseconds: Int64) throws {
        let socket = try NetlinkSocket()
        socket.setDeadline(nanoseconds)
        let dump = socket.dump(playing: [])
        #expect(!dump.isComplete)
        #expect(dump.failure == Failure(CNL_DEADLINE))
        #expect(dump.receives == 0)
    }

    @Test("that passes between two datagrams ends the dump")
    func between() throws {
        let listener = try TestSocket.listener()
        let socket = try NetlinkSocket()
        socket.setDeadline(Self.second)
        // The end of a dump has a datagram of its own.
        let dump = socket.dump(playing: [.passDeadline])
        #expect(!dump.isComplete)
        #expect(dump.failure == Failure(CNL_DEADLINE))
        #expect(dump.receives <= 1)
        extendLifetime(listener)
    }

    @Test("ends the wait for a kernel that does not answer", arguments: [[], [.fail(EINTR)]] as [[cnlt_step]])
    func silence(before: [cnlt_step]) throws {
        let socket = try NetlinkSocket()
        socket.setDeadline(Self.second / 2)
        let dump = socket.dump(playing: before + [.withhold])
        #expect(!dump.isComplete)
        #expect(dump.failure == Failure(CNL_DEADLINE))
        // The kernel rounds time-outs up to its ticks, of 10 ms at the most.
        #expect(dump.longestTimeout <= 500_000 + 10_000)
    }

    @Test("that is far away changes nothing", arguments: [nil, 3600 * second, .max / 2] as [Int64?])
    func far(nanoseconds: Int64?) throws {
        let listener = try TestSocket.listener()
        let socket = try NetlinkSocket()
        socket.setDeadline(nanoseconds)
        let dump = socket.dump(playing: [])
        #expect(dump.isComplete)
        #expect(dump.failure == .none)
        #expect(dump.longestTimeout == Self.usualTimeout)
        #expect(dump.counts.connections(.ipv4, UInt32(TCP_LISTEN)) >= 1)
        extendLifetime(listener)
    }

    @Test("does not limit the dump after it")
    func after() throws {
        let socket = try NetlinkSocket()
        socket.setDeadline(2 * Self.second)
        #expect(socket.dump(playing: []).longestTimeout <= 2_010_000)
        socket.setDeadline(nil)
        let dump = socket.dump(playing: [])
        #expect(dump.isComplete)
        #expect(dump.longestTimeout == Self.usualTimeout)
    }
}
