// SPDX-License-Identifier: Apache-2.0

/// The state of a TCP socket; raw values are the kernel's numbers (`include/net/tcp_states.h`).
public enum TCPState: UInt8, Sendable, Hashable, CaseIterable {
    case established = 1
    case synSent
    /// Connections that are being opened by a peer, as request or as socket (the kernel's NEW_SYN_RECV and SYN_RECV).
    case synReceived
    case finWait1
    case finWait2
    case timeWait
    case close
    case closeWait
    case lastAck
    case listen
    case closing
    /// Bound to a port, neither listening nor connecting. Linux 6.8 and later tell, when asked.
    case boundInactive = 13
}
