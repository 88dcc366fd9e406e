// SPDX-License-Identifier: Apache-2.0

import CNetlink

/// An answer that is played to `cnl_reply_datagram`.
@safe struct Replay {
    private(set) var reply: cnl_reply
    private(set) var counts = cnl_tcp_counts()

    init(
        messageType: UInt16 = Message.defaultType, sequence: UInt32 = Message.defaultSequence,
        portID: UInt32 = Message.defaultPortID, closedIsBoundInactive: Bool = false
    ) {
        unsafe reply = cnl_reply()
        unsafe reply.message_type = messageType
        unsafe reply.sequence = sequence
        unsafe reply.port_id = portID
        unsafe reply.closed_is_bound_inactive = closedIsBoundInactive
    }

    /// What the answer fills beside the counts, which must outlive it.
    mutating func fill(
        listeners: UnsafeMutablePointer<cnl_listeners>? = nil, ports: OpaquePointer? = nil
    ) {
        unsafe reply.listeners = listeners
        unsafe reply.ports = ports
    }

    /// Leaves out what a filter, which must outlive the answer, does not select.
    mutating func select(_ filter: OpaquePointer) {
        unsafe reply.filter = filter
    }

    var failure: Failure {
        unsafe Failure(reply.error)
    }

    mutating func play(_ datagram: [UInt8]) -> cnl_progress {
        unsafe datagram.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return playNothing() }
            return unsafe cnl_reply_datagram(&reply, start, bytes.count, &counts)
        }
    }

    /// An empty array may have no address.
    private mutating func playNothing() -> cnl_progress {
        var byte: UInt8 = 0
        return unsafe cnl_reply_datagram(&reply, &byte, 0, &counts)
    }

    /// Plays datagrams until the answer ends.
    mutating func play(_ datagrams: [[UInt8]]) -> cnl_progress {
        for datagram in datagrams {
            let progress = play(datagram)
            if progress != CNL_MORE {
                return progress
            }
        }
        return CNL_MORE
    }
}
