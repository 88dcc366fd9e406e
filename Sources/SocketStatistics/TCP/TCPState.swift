// SPDX-License-Identifier: Apache-2.0

/// The state of a TCP socket; raw values are the kernel's numbers (`include/net/tcp_states.h`).
public enum TCPState: UInt8, Sendable, Hashable, CaseIterable {
    /// Open, and data may flow.
    case established = 1
    /// A SYN was sent and is not answered yet.
    case synSent
    /// Connections that are being opened by a peer, as request or as socket (the kernel's NEW_SYN_RECV and SYN_RECV).
    case synReceived
    /// A FIN was sent and is not acknowledged yet.
    case finWait1
    /// The FIN that was sent is acknowledged, and the peer has not sent its own.
    case finWait2
    /// Closed, and waiting until late segments have expired.
    case timeWait
    /// Not in use.
    case close
    /// The peer has closed, and the application has not.
    case closeWait
    /// Both sides have closed, and the last FIN is not acknowledged yet.
    case lastAck
    /// Waiting for connections.
    case listen
    /// Both sides sent a FIN at the same time.
    case closing
    /// Bound to a port, neither listening nor connecting. Linux 6.8 and later report it, when asked.
    case boundInactive = 13

    /// The word for the state in the exposition: `established`, `syn_recv`, `time_wait`. It is stable.
    public var name: String {
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
