// SPDX-License-Identifier: Apache-2.0

/// The timer that a TCP socket waits for; raw values are the kernel's numbers (`idiag_timer`, `tr` in `/proc/net/tcp`).
public enum TCPTimer: UInt8, Sendable, Hashable, CaseIterable {
    /// No timer is pending.
    case none
    /// Retransmission, reordering or loss probe; also the SYN-ACK timer of a connection being opened.
    case retransmit
    /// Keep-alive, and the timers that share its slot (SYN-ACK of a listener, FIN_WAIT2).
    case keepalive
    /// The end of TIME_WAIT.
    case timeWait
    /// A probe of the peer's closed window.
    case zeroWindowProbe

    /// The word for the timer in the exposition: `none`, `retransmit`, `zero_window_probe`. It is stable.
    public var name: String {
        switch self {
        case .none: "none"
        case .retransmit: "retransmit"
        case .keepalive: "keepalive"
        case .timeWait: "time_wait"
        case .zeroWindowProbe: "zero_window_probe"
        }
    }
}
