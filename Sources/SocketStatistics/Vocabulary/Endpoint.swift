// SPDX-License-Identifier: Apache-2.0

/// A local address and port, on one network interface or on all.
public struct Endpoint: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The address; the unspecified one for a listener on every address.
    public var address: IPAddress
    /// The port.
    public var port: UInt16
    /// The interface that the socket is bound to (SO_BINDTODEVICE, or the scope of a link-local address): its name, or
    /// its index where the name cannot be known. Nil for a socket that is bound to none.
    public var interface: String?

    /// Creates an endpoint.
    public init(_ address: IPAddress, port: UInt16, interface: String? = nil) {
        self.address = address
        self.port = port
        self.interface = interface
    }

    /// `127.0.0.1:80`, `[::1]:80`, `[fe80::1%eth0]:80`.
    public var description: String {
        let scoped = address.description + (interface.map { "%" + $0 } ?? "")
        return address.family == .ipv4 ? "\(scoped):\(port)" : "[\(scoped)]:\(port)"
    }

    /// By port, then by address, then by interface.
    public static func < (left: Endpoint, right: Endpoint) -> Bool {
        (left.port, left.address, left.interface ?? "") < (right.port, right.address, right.interface ?? "")
    }
}
