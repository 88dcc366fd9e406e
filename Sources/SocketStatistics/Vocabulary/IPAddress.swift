// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The address family of a socket.
///
/// An IPv6 socket that talks to an IPv4 peer (a v4-mapped address) is an IPv6 socket.
public enum AddressFamily: Sendable, Hashable, CaseIterable {
    /// Sockets of AF_INET.
    case ipv4
    /// Sockets of AF_INET6, also with an IPv4 peer.
    case ipv6

    /// `ipv4` or `ipv6`: the value of the label `family` in the exposition.
    public var name: String {
        switch self {
        case .ipv4: "ipv4"
        case .ipv6: "ipv6"
        }
    }
}

/// An address of IPv4 or IPv6.
public struct IPAddress: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Whether it is IPv4 or IPv6.
    public let family: AddressFamily
    /// The address as a number, its first byte the most significant: of 32 bits for IPv4, of 128 for IPv6.
    public let number: UInt128

    /// Creates an IPv4 address from its number.
    public init(ipv4 number: UInt32) {
        family = .ipv4
        self.number = UInt128(number)
    }

    /// Creates an IPv6 address from its number.
    public init(ipv6 number: UInt128) {
        family = .ipv6
        self.number = number
    }

    /// The usual notation: `127.0.0.1`, `2001:db8::1`.
    public var description: String {
        switch family {
        case .ipv4:
            return (0..<4).map { String(UInt8(truncatingIfNeeded: number >> (24 - 8 * $0))) }.joined(separator: ".")
        case .ipv6:
            var bytes = number.bigEndian
            var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
            // It fails for an unknown family and for a text that is too small, and leaves the text empty then.
            _ = unsafe inet_ntop(AF_INET6, &bytes, &text, socklen_t(text.count))
            return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
    }

    /// IPv4 first, then by number.
    public static func < (left: IPAddress, right: IPAddress) -> Bool {
        left.family == right.family ? left.number < right.number : left.family == .ipv4
    }
}

/// The bytes of an address as C has them.
typealias AddressBytes = (
    UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8
)

extension IPAddress {
    /// - Parameter bytes: in network order; an IPv4 address is in the first four.
    init(_ family: AddressFamily, _ bytes: AddressBytes) {
        let number = unsafe UInt128(bigEndian: unsafeBitCast(bytes, to: UInt128.self))
        switch family {
        case .ipv4: self.init(ipv4: UInt32(truncatingIfNeeded: number >> 96))
        case .ipv6: self.init(ipv6: number)
        }
    }
}
