// SPDX-License-Identifier: Apache-2.0

import CNetlink
import CSocketTypes
import Testing

@Suite("Cgroups")
struct CgroupCountTests {
    /// Counters by cgroup.
    @safe private final class Cgroups {
        let handle: OpaquePointer

        init(preferring numbers: [UInt64] = []) throws {
            unsafe handle = try unsafe #require(cnl_cgroups_new(numbers, numbers.count))
        }

        deinit {
            unsafe cnl_cgroups_free(handle)
        }

        func play(_ messages: [SocketMessage]) throws {
            try unsafe play(messages, selecting: nil)
        }

        func play(_ messages: [SocketMessage], selecting filter: OpaquePointer?) throws {
            var replay = Replay()
            unsafe replay.fill(cgroups: handle)
            if let filter = unsafe filter {
                unsafe replay.select(filter)
            }
            try #require(replay.play(messages.map(\.bytes)) == CNL_MORE)
        }

        func keep() {
            unsafe cnl_cgroups_keep(handle)
        }

        var areTold: Bool { unsafe cnl_cgroups_are_told(handle) }
        var others: Int { unsafe cnl_other_cgroups(handle) }

        func sockets(_ slot: Int) -> Int {
            (0..<UInt32(CST_STATES)).reduce(0) { unsafe $0 + Int(cnl_cgroup_sockets(handle, slot, $1)) }
        }

        /// Sockets by number and state; 0 is none.
        var states: [UInt64: [UInt32: UInt64]] {
            var states: [UInt64: [UInt32: UInt64]] = [:]
            for slot in 0..<(unsafe cnl_cgroup_slots(handle)) where sockets(slot) > 0 {
                for state in 0..<UInt32(CST_STATES) {
                    let sockets = unsafe cnl_cgroup_sockets(handle, slot, state)
                    if sockets > 0 {
                        states[unsafe cnl_cgroup_number(handle, slot), default: [:]][state] = sockets
                    }
                }
            }
            return states
        }
    }

    /// A socket's message with its shutdown and its cgroup; 0 is without both, as of a minisocket.
    private static func socket(_ cgroup: UInt64, state: UInt8 = 1, port: UInt16 = 0) -> SocketMessage {
        let attributes =
            SocketMessage.attribute(8, value: [0]) + SocketMessage.attribute(21, value: [UInt8](littleEndian: cgroup))
        return SocketMessage(state: state, port: port, attributes: cgroup == 0 ? [] : attributes)
    }

    /// A message as before Linux 5.9.
    private static let oldSocket = SocketMessage(attributes: SocketMessage.attribute(8, value: [0]))

    @Test("are counted by number and state, with those that have none")
    func states() throws {
        let big: UInt64 = 0x1_0000_0000 | 77
        let cgroups = try Cgroups()
        try cgroups.play([
            Self.socket(77), Self.socket(77), Self.socket(77, state: 8), Self.socket(big), Self.socket(1, state: 10),
            Self.socket(0, state: 6), Self.socket(0, state: 12), Self.socket(77, state: 13), Self.socket(77, state: 99),
        ])
        cgroups.keep()
        #expect(cgroups.states == [77: [1: 2, 8: 1], big: [1: 1], 1: [10: 1], 0: [3: 1, 6: 1]])
        #expect(cgroups.areTold)
        #expect(cgroups.others == 0)
    }

    @Test("are those of all dumps that were kept")
    func kept() throws {
        let cgroups = try Cgroups()
        try cgroups.play([Self.socket(7), Self.socket(0)])
        #expect(cgroups.states == [:])
        cgroups.keep()
        try cgroups.play([Self.socket(7), Self.socket(8)])
        unsafe cnl_cgroups_drop(cgroups.handle)
        try cgroups.play([Self.socket(9), Self.socket(7, state: 8)])
        cgroups.keep()
        try cgroups.play([Self.socket(10)])
        #expect(cgroups.states == [7: [1: 1, 8: 1], 9: [1: 1], 0: [1: 1]])
    }

    @Test(
        "are not told where no full socket has one",
        arguments: [
            ([], true), ([socket(0)], true), ([oldSocket], false), ([socket(0), oldSocket, oldSocket], false),
            ([oldSocket, socket(5)], true), ([socket(5), oldSocket], true), ([socket(1)], true),
        ] as [([SocketMessage], Bool)])
    func told(messages: [SocketMessage], areTold: Bool) throws {
        let cgroups = try Cgroups()
        try cgroups.play(messages)
        #expect(cgroups.areTold == areTold)
    }

    @Test("are not counted of sockets that the filter leaves out, which show whether the kernel tells them")
    func filter() throws {
        let filter = try unsafe #require(cnl_filter_new(nil, 0))
        defer { unsafe cnl_filter_free(filter) }
        unsafe cnl_filter_add_port(filter, 443)
        let cgroups = try Cgroups()
        try unsafe cgroups.play(
            [Self.socket(5, port: 443), Self.socket(6, port: 80), Self.socket(5, port: 80)], selecting: filter)
        cgroups.keep()
        #expect(cgroups.states == [5: [1: 1]])
        let old = try Cgroups()
        try unsafe old.play([Self.oldSocket], selecting: filter)
        #expect(!old.areTold)
    }

    @Test("beyond the limit share a counter, and the preferred ones do not")
    func limit() throws {
        let limit = CST_CGROUP_SLOTS - CST_FIRST_CGROUP
        #expect(limit == 1022)
        let preferred: [UInt64] = [5000, 5001, 0, 5000]
        let cgroups = try Cgroups(preferring: preferred)
        // Each twice.
        for round in 0..<2 {
            try cgroups.play((1...UInt64(limit) + 100).map { Self.socket($0, state: round == 0 ? 1 : 8) })
        }
        try cgroups.play([Self.socket(5000), Self.socket(6000), Self.socket(6000)])
        cgroups.keep()
        let states = cgroups.states
        // 0 is the counter of the others here.
        #expect(Set(states.keys) == Set((0...UInt64(limit) - 2) + [5000]))
        #expect(states[1] == [1: 1, 8: 1])
        #expect(states[UInt64(limit) - 2] == [1: 1, 8: 1])
        #expect(states[5000] == [1: 1])
        #expect(states[0] == [1: 102 + 2, 8: 102])
        #expect(cgroups.others == 103)
        #expect(unsafe cnl_cgroup_slots(cgroups.handle) == Int(CST_CGROUP_SLOTS))
        #expect(unsafe cnl_cgroup_number(cgroups.handle, Int(CST_CGROUP_SLOTS)) == 0)
        #expect(cgroups.sockets(Int(CST_CGROUP_SLOTS)) == 0)
    }

    @Test("that are preferred are as many as there are counters")
    func tooManyPreferred() throws {
        let cgroups = try Cgroups(preferring: Array(1...5000))
        try cgroups.play([Self.socket(1022), Self.socket(1023)])
        cgroups.keep()
        #expect(cgroups.states == [1022: [1: 1], 0: [1: 1]])
        #expect(cgroups.others == 1)
    }
}
