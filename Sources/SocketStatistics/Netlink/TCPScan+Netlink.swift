// SPDX-License-Identifier: Apache-2.0

internal import CNetlink

extension TCPStatistics {
    /// The counts of an answer as statistics.
    init(_ answer: NetlinkConversation.Answer) {
        var counts = answer.counts
        self.init()
        for family in AddressFamily.allCases {
            let index = family.netlinkIndex
            for state in TCPState.allCases where state != .boundInactive || answer.containsBoundInactive {
                connections[Group(family, state)] = unsafe cnl_connections(&counts, index, UInt32(state.rawValue))
            }
            queueBytes[family] = unsafe QueueBytes(
                receive: cnl_receive_queue_bytes(&counts, index), send: cnl_send_queue_bytes(&counts, index))
        }
        for timer in TCPTimer.allCases {
            timers[timer] = unsafe cnl_timer_connections(&counts, UInt32(timer.rawValue))
        }
    }
}

extension TCPScan {
    init(_ answer: NetlinkConversation.Answer, duration: Duration) {
        let counts = answer.counts
        self.init(
            source: .netlink, statistics: TCPStatistics(answer), duration: duration,
            unknown: Unknown(
                families: counts.unknown_families,
                states: counts.unknown_states,
                timers: counts.unknown_timers,
                attributes: counts.unknown_attributes,
                messages: counts.unknown_messages
            ))
    }
}

extension AddressFamily {
    fileprivate var netlinkIndex: UInt32 {
        switch self {
        case .ipv4: UInt32(CNL_IPV4)
        case .ipv6: UInt32(CNL_IPV6)
        }
    }
}
