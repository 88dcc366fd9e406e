// SPDX-License-Identifier: Apache-2.0

import CNetlink
import CSocketTypes

/// An answer that is played to `cnl_reply_datagram`, with the reader of UDP sockets.
@safe struct UDPReplay {
    private var reply: cnl_reply
    private var ports: OpaquePointer?
    private(set) var counts = cnl_udp_counts()

    init() {
        unsafe reply = cnl_reply()
        unsafe reply.message_type = Message.defaultType
        unsafe reply.sequence = Message.defaultSequence
        unsafe reply.port_id = Message.defaultPortID
    }

    /// The table of ports that the answer fills, which must outlive it.
    mutating func fill(ports: OpaquePointer) {
        unsafe self.ports = ports
    }

    var failure: Failure {
        unsafe Failure(reply.error)
    }

    mutating func play(_ datagram: [UInt8]) -> cnl_progress {
        unsafe datagram.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return CNL_FAILED }
            return unsafe withUnsafeMutablePointer(to: &counts) { counts in
                var fold = unsafe cnl_udp_fold(counts: counts, ports: ports)
                return unsafe withUnsafeMutablePointer(to: &fold) { fold in
                    unsafe reply.reader = cnl_udp_reader(fold)
                    return unsafe cnl_reply_datagram(&reply, start, bytes.count)
                }
            }
        }
    }
}

/// The bound ports of an answer, freed once.
@safe final class UDPPorts {
    let handle: OpaquePointer

    init?() {
        guard let handle = unsafe cnl_udp_ports_new() else { return nil }
        unsafe self.handle = handle
    }

    deinit {
        unsafe cnl_udp_ports_free(handle)
    }

    var count: Int { unsafe cnl_udp_ports_count(handle) }

    func drops(_ family: UInt32, _ port: UInt32) -> UInt64 {
        unsafe cnl_udp_port_drops(handle, family, port)
    }

    /// The first bound port from one on; nil where there is none.
    func bound(_ family: UInt32, from port: UInt32) -> UInt32? {
        let found = unsafe cnl_udp_bound_port(handle, family, port)
        return found == UInt32(CST_PORTS) ? nil : found
    }

    /// All bound ports of a family.
    func bound(_ family: Family) -> [UInt32] {
        var ports: [UInt32] = []
        while let port = bound(family.rawValue, from: ports.last.map { $0 + 1 } ?? 0) {
            ports.append(port)
        }
        return ports
    }
}

extension cnl_udp_counts {
    func sockets(_ family: Family, _ state: UInt32) -> UInt64 {
        unsafe withUnsafePointer(to: self) { unsafe cnl_udp_sockets($0, family.rawValue, state) }
    }

    func receiveQueueBytes(_ family: Family) -> UInt64 {
        unsafe withUnsafePointer(to: self) { unsafe cnl_udp_receive_queue_bytes($0, family.rawValue) }
    }

    func sendQueueBytes(_ family: Family) -> UInt64 {
        unsafe withUnsafePointer(to: self) { unsafe cnl_udp_send_queue_bytes($0, family.rawValue) }
    }

    /// Every number. Two texts are equal when the counts are.
    var text: String {
        let ofFamilies = Family.allCases.flatMap { family in
            (0..<UInt32(CST_STATES)).map { "\(sockets(family, $0))" }
                + ["\(receiveQueueBytes(family))", "\(sendQueueBytes(family))"]
        }
        let others = [
            unknown_families, unknown_states, unknown_drops, cgroup, unknown_attributes, unknown_messages,
        ]
        return (ofFamilies + others.map { "\($0)" }).joined(separator: " ")
    }
}
