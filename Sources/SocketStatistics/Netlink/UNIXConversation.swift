// SPDX-License-Identifier: Apache-2.0

internal import CNetlink
internal import CSocketTypes

/// The dialogue with the kernel about UNIX sockets across scans: the open channel, and how many listeners to expect.
struct UNIXConversation: ~Copyable {
    /// All that a network namespace is asked for.
    struct Answer {
        var counts: cnl_unix_counts
        var listeners: NetlinkSocket.UNIXListeners
    }

    /// The most listeners that are told one by one. Any user may create more.
    static let listenerLimit = 4096

    private static let listen = cnl_state_bit(UInt32(CST_LISTEN))

    private let limit: Int
    private var channel = NetlinkChannel()
    private var listenerCapacity: Int

    /// How many times a question was repeated.
    var repeats: UInt64 { channel.repeats }

    /// - Parameters:
    ///   - limit: The most listeners that are told one by one.
    ///   - expected: How many listeners there is room for at first.
    init(limit: Int = UNIXConversation.listenerLimit, expecting expected: Int = 256) {
        self.limit = limit
        listenerCapacity = min(limit, expected)
    }

    /// Asks for everything.
    mutating func ask(until deadline: ContinuousClock.Instant?) throws(NetlinkSocket.Failure) -> Answer {
        let limit = limit
        var capacity = listenerCapacity
        defer { listenerCapacity = capacity }
        return try channel.ask(until: deadline) { socket throws(NetlinkSocket.Failure) in
            var answer = try Self.listeners(&capacity, limit, on: socket)
            try socket.dumpUNIX(states: ~Self.listen, into: &answer.counts)
            return answer
        }
    }

    /// Asks for the sockets that listen.
    mutating func askForListeners(until deadline: ContinuousClock.Instant?) throws(NetlinkSocket.Failure) -> Answer {
        let limit = limit
        var capacity = listenerCapacity
        defer { listenerCapacity = capacity }
        return try channel.ask(until: deadline) { socket throws(NetlinkSocket.Failure) in
            try Self.listeners(&capacity, limit, on: socket)
        }
    }

    /// Again, with more room, where there are more than expected.
    private static func listeners(
        _ capacity: inout Int, _ limit: Int, on socket: borrowing NetlinkSocket
    ) throws(NetlinkSocket.Failure) -> Answer {
        while true {
            var counts = cnl_unix_counts()
            let listeners = try socket.dumpUNIXListeners(capacity: capacity, into: &counts)
            if listeners.rest.sockets == 0 || listeners.records.count < capacity || capacity == limit {
                return Answer(counts: counts, listeners: listeners)
            }
            let total = listeners.records.count + Int(clamping: listeners.rest.sockets)
            capacity = total < limit / 2 ? 2 * total : limit
        }
    }
}
