// SPDX-License-Identifier: Apache-2.0

/// The address family of a socket.
///
/// An IPv6 socket that talks to an IPv4 peer (a v4-mapped address) is an IPv6 socket.
public enum AddressFamily: Sendable, Hashable, CaseIterable {
    /// Sockets of AF_INET.
    case ipv4
    /// Sockets of AF_INET6, also with an IPv4 peer.
    case ipv6
}
