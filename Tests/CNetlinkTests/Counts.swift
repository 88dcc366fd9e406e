// SPDX-License-Identifier: Apache-2.0

import CNetlink
import CSocketTypes

/// Indices of `struct cnl_tcp_counts`.
enum Family: UInt32, CaseIterable, Sendable {
    case ipv4, ipv6
}

extension cnl_tcp_counts {
    func connections(_ family: Family, _ state: UInt32) -> UInt64 {
        unsafe withUnsafePointer(to: self) { unsafe cnl_connections($0, family.rawValue, state) }
    }

    func receiveQueueBytes(_ family: Family) -> UInt64 {
        unsafe withUnsafePointer(to: self) { unsafe cnl_receive_queue_bytes($0, family.rawValue) }
    }

    func sendQueueBytes(_ family: Family) -> UInt64 {
        unsafe withUnsafePointer(to: self) { unsafe cnl_send_queue_bytes($0, family.rawValue) }
    }

    func timerConnections(_ timer: UInt32) -> UInt64 {
        unsafe withUnsafePointer(to: self) { unsafe cnl_timer_connections($0, timer) }
    }

    /// Every socket message that was understood to its end, whether it was counted or left out.
    var sockets: UInt64 {
        let states = 0..<UInt32(CST_STATES)
        let known = Family.allCases.flatMap { family in states.map { connections(family, $0) } }
        return known.reduce(0, +) + unknown_families + unknown_states
    }

    /// All counts, one a line. Two texts are equal when the counts are.
    var text: String {
        var lines: [String] = []
        for family in Family.allCases {
            for (state, name) in Self.stateNames.enumerated() {
                lines.append("\(family) \(name) \(connections(family, UInt32(state)))")
            }
            lines.append("\(family) receive_queue_bytes \(receiveQueueBytes(family))")
            lines.append("\(family) send_queue_bytes \(sendQueueBytes(family))")
        }
        for (timer, name) in Self.timerNames.enumerated() {
            lines.append("timer \(name) \(timerConnections(UInt32(timer)))")
        }
        lines.append("unknown families \(unknown_families)")
        lines.append("unknown states \(unknown_states)")
        lines.append("unknown timers \(unknown_timers)")
        lines.append("unknown attributes \(unknown_attributes)")
        lines.append("unknown messages \(unknown_messages)")
        return lines.joined(separator: "\n") + "\n"
    }

    private static let stateNames = [
        "0", "established", "syn_sent", "syn_recv", "fin_wait1", "fin_wait2", "time_wait", "close", "close_wait",
        "last_ack", "listen", "closing", "12", "bound_inactive",
    ]

    private static let timerNames = ["none", "retransmit", "keepalive", "time_wait", "zero_window_probe"]
}
