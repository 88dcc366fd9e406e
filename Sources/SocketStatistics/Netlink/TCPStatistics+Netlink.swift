// SPDX-License-Identifier: Apache-2.0

internal import CNetlink

extension TCPStatistics {
    /// An answer as statistics.
    init(_ answer: NetlinkConversation.Answer) {
        let counts = answer.counts
        self.init(
            connections: counts.connections { $0 != .boundInactive || answer.containsBoundInactive },
            queueBytes: counts.queueBytes, timers: counts.timersByKind, listeners: answer.listening.byEndpoint,
            ports: answer.ports, requests: counts.requests, ephemeralPorts: answer.ephemeralPorts,
            latency: answer.latency, idleness: answer.idleness)
    }
}

extension cnl_tcp_counts {
    /// Sockets by family and state, for the states that were asked for.
    func connections(_ includes: (TCPState) -> Bool) -> [TCPStatistics.Group: UInt64] {
        var counts = self
        var connections: [TCPStatistics.Group: UInt64] = [:]
        for family in AddressFamily.allCases {
            for state in TCPState.allCases where includes(state) {
                connections[.init(family, state)] =
                    unsafe cnl_connections(&counts, UInt32(family.index), UInt32(state.rawValue))
            }
        }
        return connections
    }

    fileprivate var queueBytes: [AddressFamily: TCPStatistics.QueueBytes] {
        var counts = self
        var queueBytes: [AddressFamily: TCPStatistics.QueueBytes] = [:]
        for family in AddressFamily.allCases {
            let index = UInt32(family.index)
            queueBytes[family] = unsafe .init(
                receive: cnl_receive_queue_bytes(&counts, index), send: cnl_send_queue_bytes(&counts, index))
        }
        return queueBytes
    }

    fileprivate var timersByKind: [TCPTimer: UInt64] {
        var counts = self
        var timers: [TCPTimer: UInt64] = [:]
        for timer in TCPTimer.allCases {
            timers[timer] = unsafe cnl_timer_connections(&counts, UInt32(timer.rawValue))
        }
        return timers
    }
}

extension UnknownCounts {
    init(_ counts: cnl_tcp_counts) {
        self.init(
            families: counts.unknown_families, states: counts.unknown_states, timers: counts.unknown_timers,
            attributes: counts.unknown_attributes, messages: counts.unknown_messages)
    }
}
