// SPDX-License-Identifier: Apache-2.0

/// A local address and port.
public struct Endpoint: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The address; the unspecified one for a listener on every address.
    public var address: IPAddress
    /// The port.
    public var port: UInt16

    /// Makes an endpoint.
    public init(_ address: IPAddress, port: UInt16) {
        self.address = address
        self.port = port
    }

    /// `127.0.0.1:80`, `[::1]:80`.
    public var description: String {
        address.family == .ipv4 ? "\(address):\(port)" : "[\(address)]:\(port)"
    }

    /// By port, then by address.
    public static func < (left: Endpoint, right: Endpoint) -> Bool {
        (left.port, left.address) < (right.port, right.address)
    }
}
