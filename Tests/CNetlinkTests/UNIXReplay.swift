// SPDX-License-Identifier: Apache-2.0

import CNetlink
import CSocketTypes

/// A `struct unix_diag_msg` with its attributes.
struct UNIXMessage: Sendable {
    /// SOCK_DIAG_BY_FAMILY.
    static let type: UInt16 = 20
    static let fixedSize = 16

    static let listen: UInt8 = 10
    static let shutdown = SocketMessage.attribute(6, value: [0])

    var family: UInt8 = 1
    var kind: UInt8 = 1
    var state: UInt8 = 1
    var attributes = Self.shutdown

    /// What the kernel tells of a listener.
    static func listener(
        _ name: [UInt8], backlog: UInt32 = 0, limit: UInt32 = 0, kind: UInt8 = 1
    ) -> UNIXMessage {
        UNIXMessage(kind: kind, state: listen, attributes: Self.name(name) + queues(backlog, limit) + shutdown)
    }

    static func name(_ bytes: [UInt8]) -> [UInt8] {
        SocketMessage.attribute(0, value: bytes)
    }

    static func queues(_ backlog: UInt32, _ limit: UInt32) -> [UInt8] {
        SocketMessage.attribute(4, value: [UInt8](littleEndian: backlog) + [UInt8](littleEndian: limit))
    }

    var payload: [UInt8] {
        [family, kind, state, 0] + [UInt8](repeating: 7, count: Self.fixedSize - 4) + attributes
    }

    var bytes: [UInt8] {
        Message(type: Self.type, payload: payload).bytes
    }
}

/// A listener as the reader lists it.
struct ListedUNIXListener: Hashable, Sendable {
    var name: [UInt8]
    var backlog: UInt32 = 0
    var limit: UInt32 = 0
}

/// The listeners that were not listed, added up.
struct UNIXRest: Hashable, Sendable {
    var sockets: UInt64 = 0
    var fullSockets: UInt64 = 0
    var backlog: UInt64 = 0
    var limit: UInt64 = 0
}

/// What `cnl_reply_datagram` makes of datagrams, with the reader of UNIX sockets.
@safe struct UNIXReplay {
    private(set) var progress = CNL_MORE
    private(set) var failure = Failure.none
    private(set) var counts = cnl_unix_counts()
    private(set) var listeners: [ListedUNIXListener] = []
    private(set) var rest = UNIXRest()

    /// - Parameter capacity: how many listeners there is room for; nil for no list.
    init(
        _ datagrams: [[UInt8]], capacity: Int? = 8, sequence: UInt32 = Message.defaultSequence,
        portID: UInt32 = Message.defaultPortID
    ) {
        var records = [cnl_unix_listener](repeating: cnl_unix_listener(), count: capacity ?? 0)
        unsafe records.withUnsafeMutableBufferPointer { records in
            var list = unsafe cnl_unix_listeners()
            unsafe list.records = records.baseAddress
            unsafe list.capacity = records.count
            unsafe withUnsafeMutablePointer(to: &list) { list in
                var reply = unsafe cnl_reply()
                unsafe reply.message_type = UNIXMessage.type
                unsafe reply.sequence = sequence
                unsafe reply.port_id = portID
                unsafe play(datagrams, &reply, capacity == nil ? nil : list)
            }
            unsafe rest = UNIXRest(
                sockets: list.rest_sockets, fullSockets: list.rest_full_sockets, backlog: list.rest_backlog,
                limit: list.rest_backlog_limit)
            unsafe listeners = records.prefix(list.count).map { record in
                var record = record
                let size = Int(record.name_size)
                let name = unsafe withUnsafeBytes(of: &record.name) { unsafe Array($0.prefix(size)) }
                return ListedUNIXListener(name: name, backlog: record.backlog, limit: record.backlog_limit)
            }
        }
    }

    init(_ messages: [UNIXMessage], capacity: Int? = 8) {
        self.init(messages.map(\.bytes), capacity: capacity)
    }

    private mutating func play(
        _ datagrams: [[UInt8]], _ reply: inout cnl_reply, _ list: UnsafeMutablePointer<cnl_unix_listeners>?
    ) {
        unsafe withUnsafeMutablePointer(to: &counts) { counts in
            var fold = unsafe cnl_unix_fold(counts: counts, listeners: list)
            unsafe withUnsafeMutablePointer(to: &fold) { fold in
                unsafe reply.reader = cnl_unix_reader(fold)
                for datagram in datagrams where progress == CNL_MORE {
                    unsafe datagram.withUnsafeBufferPointer { bytes in
                        guard let start = bytes.baseAddress else { return }
                        unsafe progress = cnl_reply_datagram(&reply, start, bytes.count)
                    }
                }
                unsafe failure = Failure(reply.error)
            }
        }
    }

    /// Every socket message that was understood to its end, whether it was counted or left out.
    var sockets: UInt64 {
        let kinds = (0..<UInt32(CNL_UNIX_KINDS)).flatMap { kind in
            (0..<UInt32(CST_STATES)).map { counts.sockets(kind, $0) }
        }
        return kinds.reduce(0, +) + counts.unknown_families + counts.unknown_kinds + counts.unknown_states
    }
}

extension cnl_unix_counts {
    func sockets(_ kind: UInt32, _ state: UInt32) -> UInt64 {
        unsafe withUnsafePointer(to: self) { unsafe cnl_unix_sockets($0, kind, state) }
    }
}
