// SPDX-License-Identifier: Apache-2.0

internal import CNetlink
internal import CSocketTypes

extension UDPStatistics {
    /// An answer as statistics.
    init(_ answer: NetlinkSocket.UDPAnswer) {
        self.init(sockets: answer.counts.byGroup, queueBytes: answer.counts.queueBytes, drops: answer.drops)
    }
}

extension cnl_udp_counts {
    /// Sockets by family and state.
    var byGroup: [UDPStatistics.Group: UInt64] {
        var counts = self
        var sockets: [UDPStatistics.Group: UInt64] = [:]
        for family in AddressFamily.allCases {
            for state in UDPState.allCases {
                sockets[.init(family, state)] = unsafe cnl_udp_sockets(&counts, UInt32(family.index), state.number)
            }
        }
        return sockets
    }

    fileprivate var queueBytes: [AddressFamily: UDPStatistics.QueueBytes] {
        var counts = self
        var queueBytes: [AddressFamily: UDPStatistics.QueueBytes] = [:]
        for family in AddressFamily.allCases {
            let index = UInt32(family.index)
            queueBytes[family] = unsafe .init(
                receive: cnl_udp_receive_queue_bytes(&counts, index), send: cnl_udp_send_queue_bytes(&counts, index))
        }
        return queueBytes
    }
}

extension UDPState {
    /// The kernel's number of the state, which is an index in the arrays of counts.
    fileprivate var number: UInt32 {
        switch self {
        case .established: UInt32(CST_ESTABLISHED)
        case .close: UInt32(CST_CLOSE)
        }
    }
}

extension UnknownCounts {
    init(_ counts: cnl_udp_counts) {
        self.init(
            families: counts.unknown_families, states: counts.unknown_states, attributes: counts.unknown_attributes,
            messages: counts.unknown_messages)
    }
}
