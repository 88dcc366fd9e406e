// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import NIOCore

/// Opens TCP sockets that listen.
enum TCPListeningSocket {
    /// Another socket listens on an address.
    struct AddressInUse: Error {
        let address: SocketAddress
    }

    /// How many bytes of requests the system keeps for a connection. It doubles the number, for what it needs itself.
    private static let receiveBytes: Int32 = 16 * 1024

    /// How many unsent bytes of answers the system keeps for a connection.
    private static let unsentBytes: Int32 = 128 * 1024

    /// Opens a socket on the first of some addresses that this host has, and returns its descriptor and address.
    ///
    /// Throws ``AddressInUse``, or `IOError`.
    static func listen(
        onFirstOf candidates: [SocketAddress], backlog: Int32
    ) throws -> (descriptor: CInt, address: SocketAddress) {
        var unavailable = IOError(errnoCode: EADDRNOTAVAIL, reason: "bind")
        for candidate in candidates {
            do {
                return (try listen(on: candidate, backlog: backlog), candidate)
            } catch let error as IOError where error.errnoCode == EADDRNOTAVAIL || error.errnoCode == EAFNOSUPPORT {
                unavailable = error
            } catch let error as IOError where error.errnoCode == EADDRINUSE {
                throw AddressInUse(address: candidate)
            }
        }
        throw unavailable
    }

    private static func listen(on address: SocketAddress, backlog: Int32) throws -> CInt {
        let isIPv6 = address.protocol == .inet6
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(isIPv6 ? AF_INET6 : AF_INET, type, 0)
        try IOError.check("socket", descriptor)
        do {
            try set(SO_REUSEADDR, level: SOL_SOCKET, 1, of: descriptor)
            // Accepted sockets inherit both, so that unread data stays on the client's side.
            try set(SO_RCVBUF, level: SOL_SOCKET, receiveBytes, of: descriptor)
            try set(TCP_NOTSENT_LOWAT, level: Int32(IPPROTO_TCP), unsentBytes, of: descriptor)
            if isIPv6 {
                // Whether a socket that listens on `::` leaves IPv4 to others; the system's default can be changed.
                try set(IPV6_V6ONLY, level: Int32(IPPROTO_IPV6), 0, of: descriptor)
            }
            try IOError.check("bind", unsafe address.withSockAddr { unsafe bind(descriptor, $0, socklen_t($1)) })
            try IOError.check("listen", Glibc.listen(descriptor, backlog))
            return descriptor
        } catch {
            close(descriptor)
            throw error
        }
    }

    private static func set(_ option: Int32, level: Int32, _ value: Int32, of descriptor: CInt) throws {
        var value = value
        let size = socklen_t(MemoryLayout<Int32>.size)
        try IOError.check("setsockopt", unsafe setsockopt(descriptor, level, option, &value, size))
    }
}
