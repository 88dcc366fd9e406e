// SPDX-License-Identifier: Apache-2.0

import CNetlink
import CSocketTypes
import Testing

@Suite("A UNIX socket's message")
struct UNIXMessageTests {
    private static let stream = UInt32(CNL_UNIX_STREAM)
    private static let dgram = UInt32(CNL_UNIX_DGRAM)
    private static let seqpacket = UInt32(CNL_UNIX_SEQPACKET)

    @Test("a listener with its name and backlog, from Linux 6.18, byte by byte")
    func annotated() {
        let message = [UInt8](
            annotatedHex: """
                40 00 00 00                         # nlmsg_len 64
                14 00                               # nlmsg_type SOCK_DIAG_BY_FAMILY
                02 00                               # nlmsg_flags NLM_F_MULTI
                07 00 00 00                         # nlmsg_seq
                92 10 00 00                         # nlmsg_pid 4242
                01 01 0a 00                         # AF_UNIX, SOCK_STREAM, LISTEN
                da 6c 49 01                         # inode
                d1 05 00 00 00 00 00 00             # cookie
                0a 00 00 00 00 61 62 73 00 78 00 00 # UNIX_DIAG_NAME, abstract: "abs", 0, "x"
                0c 00 04 00 03 00 00 00 02 00 00 00 # UNIX_DIAG_RQLEN: 3 wait, 2 may
                05 00 06 00 00 00 00 00             # UNIX_DIAG_SHUTDOWN 0
                """)
        let replay = UNIXReplay([message])
        #expect(replay.progress == CNL_MORE)
        #expect(replay.counts.sockets(Self.stream, UInt32(CST_LISTEN)) == 1)
        #expect(replay.sockets == 1)
        #expect(replay.counts.unknown_attributes == 0)
        #expect(replay.listeners == [.init(name: [0] + "abs".utf8 + [0] + "x".utf8, backlog: 3, limit: 2)])
        #expect(replay.rest == UNIXRest())
    }

    @Test(
        "is counted by kind and state",
        arguments: [(1, stream), (2, dgram), (5, seqpacket)] as [(UInt8, UInt32)], [1, 7, 10] as [UInt8])
    func counted(type: (number: UInt8, kind: UInt32), state: UInt8) {
        let message = UNIXMessage(kind: type.number, state: state, attributes: UNIXMessage.queues(0, 0))
        let replay = UNIXReplay([message])
        let isKnown = type.kind != Self.dgram || state != UNIXMessage.listen
        #expect(replay.progress == CNL_MORE)
        #expect(replay.counts.sockets(type.kind, UInt32(state)) == (isKnown ? 1 : 0))
        #expect(replay.counts.unknown_states == (isKnown ? 0 : 1))
        #expect(replay.sockets == 1)
    }

    @Test("of another family is left out", arguments: [0, 2, 10, 255] as [UInt8])
    func families(family: UInt8) {
        let replay = UNIXReplay([UNIXMessage(family: family, state: UNIXMessage.listen)])
        #expect(replay.progress == CNL_MORE)
        #expect(replay.counts.unknown_families == 1)
        #expect(replay.sockets == 1)
        #expect(replay.rest == UNIXRest())
    }

    @Test("of an unknown kind is left out", arguments: [0, 3, 4, 6, 255] as [UInt8])
    func kinds(kind: UInt8) {
        let replay = UNIXReplay([UNIXMessage(kind: kind)])
        #expect(replay.progress == CNL_MORE)
        #expect(replay.counts.unknown_kinds == 1)
        #expect(replay.sockets == 1)
    }

    @Test("in an unknown state is left out", arguments: [0, 2, 3, 4, 5, 6, 8, 9, 11, 12, 13, 15, 16, 255] as [UInt8])
    func states(state: UInt8) {
        let replay = UNIXReplay([UNIXMessage(state: state)])
        #expect(replay.progress == CNL_MORE)
        #expect(replay.counts.unknown_states == 1)
        #expect(replay.sockets == 1)
    }

    @Test("that is shorter than its fixed part is malformed", arguments: 0..<UNIXMessage.fixedSize)
    func short(size: Int) {
        let payload = Array(UNIXMessage().payload.prefix(size))
        let replay = UNIXReplay([Message(type: UNIXMessage.type, payload: payload).bytes])
        #expect(replay.progress == CNL_FAILED)
        #expect(replay.failure == .malformed)
        #expect(replay.sockets == 0)
    }

    @Test("may have unknown attributes, which are counted", arguments: [8, 9, 0x3fff, 0x8000 | 8] as [UInt16])
    func unknownAttributes(type: UInt16) {
        let attributes = UNIXMessage.shutdown + SocketMessage.attribute(type, value: [1, 2, 3]) + UNIXMessage.shutdown
        let replay = UNIXReplay([UNIXMessage(attributes: attributes)])
        #expect(replay.progress == CNL_MORE)
        #expect(replay.counts.unknown_attributes == 1)
        #expect(replay.sockets == 1)
    }

    @Test("has known attributes that are passed over", arguments: [0, 1, 2, 3, 5, 6, 7, 0x8000 | 5] as [UInt16])
    func knownAttributes(type: UInt16) {
        let replay = UNIXReplay([UNIXMessage(attributes: SocketMessage.attribute(type, value: [1, 2, 3, 4]))])
        #expect(replay.progress == CNL_MORE)
        #expect(replay.counts.unknown_attributes == 0)
        #expect(replay.sockets == 1)
    }

    @Test("has no attribute of a wrong length", arguments: [0, 1, 2, 3, 13, 16, 0xffff] as [UInt16])
    func wrongLength(length: UInt16) {
        let attribute = SocketMessage.attribute(4, length: length, value: [UInt8](repeating: 1, count: 8))
        let replay = UNIXReplay([UNIXMessage(attributes: attribute)])
        #expect(replay.progress == CNL_FAILED)
        #expect(replay.failure == .malformed)
        #expect(replay.sockets == 0)
    }
}

@Suite("A UNIX listener's message")
struct UNIXListenerMessageTests {
    private static func listener(_ name: String, _ backlog: UInt32, _ limit: UInt32 = 10) -> UNIXMessage {
        UNIXMessage.listener(Array(name.utf8) + [0], backlog: backlog, limit: limit)
    }

    private static let longest = [UInt8](repeating: 0x61, count: 108)

    /// What the kernel sends, and the name.
    private static let names: [([UInt8], [UInt8]?)] = [
        (Array("/run/a\0".utf8), Array("/run/a".utf8)),
        (Array("relative\0".utf8), Array("relative".utf8)),
        ([0x61], [0x61]),
        ([0x61, 0], [0x61]),
        ([0x61, 0, 0], [0x61, 0]),
        ([0], [0]),
        ([0, 0], [0, 0]),
        ([0, 0x61, 0], [0, 0x61, 0]),
        ([0xff, 0x0a, 0x22, 0x5c, 0], [0xff, 0x0a, 0x22, 0x5c]),
        (longest + [0], longest),
        ([0] + longest.dropLast(), [0] + longest.dropLast()),
        (longest, longest),
        // No name that can be told apart.
        ([], nil),
        (longest + [0x61], nil),
        (longest + [0, 0], nil),
        ([0] + longest, nil),
        ([UInt8](repeating: 0x61, count: 4000), nil),
    ]

    @Test("tells the name as it was bound", arguments: names)
    func name(sent: [UInt8], name: [UInt8]?) {
        let replay = UNIXReplay([UNIXMessage.listener(sent, backlog: 3, limit: 2)])
        #expect(replay.progress == CNL_MORE)
        #expect(replay.sockets == 1)
        if let name {
            #expect(replay.listeners == [.init(name: name, backlog: 3, limit: 2)])
            #expect(replay.rest == UNIXRest())
        } else {
            #expect(replay.listeners == [])
            #expect(replay.rest == UNIXRest(sockets: 1, fullSockets: 1, backlog: 3, limit: 2))
        }
    }

    @Test("without a name belongs to the rest")
    func nameless() {
        let replay = UNIXReplay([UNIXMessage(state: UNIXMessage.listen, attributes: UNIXMessage.queues(1, 2))])
        #expect(replay.progress == CNL_MORE)
        #expect(replay.listeners == [])
        #expect(replay.rest == UNIXRest(sockets: 1, backlog: 1, limit: 2))
    }

    @Test("without its queues is malformed, as with a part of them", arguments: [nil, 0, 4, 7] as [Int?])
    func queueless(size: Int?) {
        let queues = size.map { SocketMessage.attribute(4, value: [UInt8](repeating: 1, count: $0)) } ?? []
        let replay = UNIXReplay([
            UNIXMessage(state: UNIXMessage.listen, attributes: UNIXMessage.name([0x61, 0]) + queues)
        ])
        #expect(replay.progress == CNL_FAILED)
        #expect(replay.failure == .malformed)
        #expect(replay.sockets == 0)
        #expect(replay.rest == UNIXRest())
    }

    @Test("needs neither where no list was asked for")
    func notListed() {
        let replay = UNIXReplay([UNIXMessage(state: UNIXMessage.listen)], capacity: nil)
        #expect(replay.progress == CNL_MORE)
        #expect(replay.counts.sockets(UInt32(CNL_UNIX_STREAM), UInt32(CST_LISTEN)) == 1)
    }

    @Test("may have queues of any length")
    func largest() {
        let messages = [Self.listener("a", .max, .max), Self.listener("b", .max, 0), Self.listener("c", 0, .max)]
        let most = UInt64(UInt32.max)
        let none = UNIXReplay(messages, capacity: 0)
        #expect(none.listeners == [])
        #expect(none.rest == UNIXRest(sockets: 3, fullSockets: 1, backlog: 2 * most, limit: 2 * most))
        #expect(UNIXReplay(messages, capacity: 1).listeners.map(\.name) == [Array("b".utf8)])
    }

    /// In the order of their importance.
    private static let ordered = [
        listener("full", 11), listener("barely", 1, 0), listener("a", 10), listener("c", 9), listener("b", 8, 8),
        listener("d", 8), listener("idle", 0), listener("idle2", 0),
    ]

    @Test("is listed where it is important, in whatever order they come", arguments: 0...9)
    func capacity(capacity: Int) {
        let expected = UNIXReplay(Self.ordered, capacity: capacity)
        let names = Self.ordered.prefix(capacity).map { Array($0.attributes.dropFirst(4)) }
        #expect(expected.listeners.count == min(capacity, Self.ordered.count))
        for listener in expected.listeners {
            #expect(names.contains { $0.starts(with: listener.name + [0]) })
        }
        var generator = Generator(state: UInt64(capacity) + 1)
        for _ in 0..<100 {
            let replay = UNIXReplay(Self.ordered.shuffled(using: &generator), capacity: capacity)
            #expect(Set(replay.listeners) == Set(expected.listeners))
            #expect(replay.rest == expected.rest)
        }
    }

    @Test("is never lost", arguments: [0, 1, 2, 3, 7, 64, 1000, 5000])
    func many(capacity: Int) {
        var generator = Generator(state: 4711)
        let all = (0..<2000).map { index in
            ListedUNIXListener(
                name: Array("/run/\(index % 500)".utf8), backlog: .random(in: 0...20, using: &generator),
                limit: .random(in: 0...30, using: &generator))
        }
        let replay = UNIXReplay(
            all.map { UNIXMessage.listener($0.name + [0], backlog: $0.backlog, limit: $0.limit) }, capacity: capacity)
        let sorted = all.sorted {
            let isFull = ($0.backlog > $0.limit, $1.backlog > $1.limit)
            guard isFull.0 == isFull.1 else { return isFull.0 }
            guard $0.backlog == $1.backlog else { return $0.backlog > $1.backlog }
            return $0.name == $1.name ? $0.limit > $1.limit : $0.name.lexicographicallyPrecedes($1.name)
        }
        func counted(_ listeners: some Sequence<ListedUNIXListener>) -> [ListedUNIXListener: Int] {
            Dictionary(listeners.map { ($0, 1) }, uniquingKeysWith: +)
        }
        #expect(counted(replay.listeners) == counted(sorted.prefix(capacity)))
        let (kept, rest) = (replay.listeners, replay.rest)
        #expect(UInt64(kept.count) + rest.sockets == 2000)
        #expect(kept.reduce(rest.backlog) { $0 + UInt64($1.backlog) } == all.reduce(0) { $0 + UInt64($1.backlog) })
        #expect(kept.reduce(rest.limit) { $0 + UInt64($1.limit) } == all.reduce(0) { $0 + UInt64($1.limit) })
        let full = all.count { $0.backlog > $0.limit }
        #expect(UInt64(kept.count { $0.backlog > $0.limit }) + rest.fullSockets == UInt64(full))
    }

    /// The same numbers at each run (SplitMix64).
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var number = state
            number = (number ^ (number >> 30)) &* 0xbf58_476d_1ce4_e5b9
            number = (number ^ (number >> 27)) &* 0x94d0_49bb_1331_11eb
            return number ^ (number >> 31)
        }
    }
}
