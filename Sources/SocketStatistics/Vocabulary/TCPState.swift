// SPDX-License-Identifier: Apache-2.0

/// The state of a TCP socket; raw values are the kernel's numbers (`include/net/tcp_states.h`).
public enum TCPState: UInt8, Sendable, Hashable, CaseIterable {
    /// Open, and data may flow.
    case established = 1
    /// A SYN is sent, and not answered.
    case synSent
    /// Connections that are being opened by a peer, as request or as socket (the kernel's NEW_SYN_RECV and SYN_RECV).
    case synReceived
    /// A FIN is sent, and not acknowledged.
    case finWait1
    /// The own FIN is acknowledged, and the peer's has not come.
    case finWait2
    /// Closed, and waiting for late segments to vanish.
    case timeWait
    /// Not in use.
    case close
    /// The peer has closed, and the application has not.
    case closeWait
    /// Both have closed, and the last FIN is not acknowledged.
    case lastAck
    /// Waiting for connections.
    case listen
    /// Both have sent a FIN at the same time.
    case closing
    /// Bound to a port, neither listening nor connecting. Linux 6.8 and later tell, when asked.
    case boundInactive = 13
}
