// SPDX-License-Identifier: Apache-2.0

internal import Exposition
package import SocketStatistics

// The values of labels: a contract with dashboards, so they do not follow the names in the code by themselves.

/// The value of a label for what has no series of its own.
let otherLabel = "other"

extension AddressFamily {
    package var label: String {
        switch self {
        case .ipv4: "ipv4"
        case .ipv6: "ipv6"
        }
    }
}

extension TCPState {
    package var label: String {
        switch self {
        case .established: "established"
        case .synSent: "syn_sent"
        case .synReceived: "syn_recv"
        case .finWait1: "fin_wait1"
        case .finWait2: "fin_wait2"
        case .timeWait: "time_wait"
        case .close: "close"
        case .closeWait: "close_wait"
        case .lastAck: "last_ack"
        case .listen: "listen"
        case .closing: "closing"
        case .boundInactive: "bound_inactive"
        }
    }
}

extension TCPTimer {
    package var label: String {
        switch self {
        case .none: "none"
        case .retransmit: "retransmit"
        case .keepalive: "keepalive"
        case .timeWait: "time_wait"
        case .zeroWindowProbe: "zero_window_probe"
        }
    }
}

extension Sample {
    /// A sample for each state that was counted.
    static func byState(_ sockets: [TCPState: UInt64], _ labels: (name: String, value: String)) -> [Sample] {
        TCPState.allCases.compactMap { state in
            sockets[state].map { Sample(MetricValue($0), labels: [labels.name: labels.value, "state": state.label]) }
        }
    }
}
