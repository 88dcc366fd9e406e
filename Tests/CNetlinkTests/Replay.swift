// SPDX-License-Identifier: Apache-2.0

import CNetlink

/// An answer that is played to `cnl_reply_datagram`, with the reader of TCP sockets.
@safe struct Replay {
    private var reply: cnl_reply
    private let closedIsBoundInactive: Bool
    private var listeners: UnsafeMutablePointer<cnl_listeners>?
    private var ports: OpaquePointer?
    private var destinations: OpaquePointer?
    private var cgroups: OpaquePointer?
    private var latency: OpaquePointer?
    private var idleness: OpaquePointer?
    private var filter: OpaquePointer?
    private(set) var counts = cnl_tcp_counts()

    init(
        messageType: UInt16 = Message.defaultType, sequence: UInt32 = Message.defaultSequence,
        portID: UInt32 = Message.defaultPortID, closedIsBoundInactive: Bool = false
    ) {
        unsafe reply = cnl_reply()
        unsafe reply.message_type = messageType
        unsafe reply.sequence = sequence
        unsafe reply.port_id = portID
        self.closedIsBoundInactive = closedIsBoundInactive
    }

    /// What the answer fills beside the counts, which must outlive it.
    mutating func fill(
        listeners: UnsafeMutablePointer<cnl_listeners>? = nil, ports: OpaquePointer? = nil,
        destinations: OpaquePointer? = nil, cgroups: OpaquePointer? = nil, latency: OpaquePointer? = nil,
        idleness: OpaquePointer? = nil
    ) {
        unsafe self.listeners = listeners
        unsafe self.ports = ports
        unsafe self.destinations = destinations
        unsafe self.cgroups = cgroups
        unsafe self.latency = latency
        unsafe self.idleness = idleness
    }

    /// Leaves out what a filter, which must outlive the answer, does not select.
    mutating func select(_ filter: OpaquePointer) {
        unsafe self.filter = filter
    }

    var failure: Failure {
        unsafe Failure(reply.error)
    }

    mutating func play(_ datagram: [UInt8]) -> cnl_progress {
        unsafe datagram.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return playNothing() }
            return unsafe play(start, bytes.count)
        }
    }

    /// An empty array may have no address.
    private mutating func playNothing() -> cnl_progress {
        var byte: UInt8 = 0
        return unsafe play(&byte, 0)
    }

    private mutating func play(_ start: UnsafePointer<UInt8>, _ size: Int) -> cnl_progress {
        unsafe withUnsafeMutablePointer(to: &counts) { counts in
            var fold = unsafe cnl_tcp_fold(
                counts: counts, listeners: listeners, ports: ports, destinations: destinations, cgroups: cgroups,
                latency: latency, idleness: idleness, filter: filter,
                closed_is_bound_inactive: closedIsBoundInactive)
            return unsafe withUnsafeMutablePointer(to: &fold) { fold in
                unsafe reply.reader = cnl_tcp_reader(fold)
                return unsafe cnl_reply_datagram(&reply, start, size)
            }
        }
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
