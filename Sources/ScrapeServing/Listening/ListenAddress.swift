// SPDX-License-Identifier: Apache-2.0

/// An address that a server listens on: `host:port`, `[IPv6]:port`, `:port` (every address of the host) or
/// `unix:/path`.
public struct ListenAddress: Hashable, Sendable {
    enum Endpoint: Hashable, Sendable {
        /// An empty host stands for every address, IPv6 and IPv4.
        case tcp(host: String, port: Int)
        case unix(path: String)
    }

    let endpoint: Endpoint

    /// An address that may not be valid.
    init(unchecked endpoint: Endpoint) {
        self.endpoint = endpoint
    }

    /// A port on every address of the host, IPv6 and IPv4.
    ///
    /// - Parameter port: The port; 0 lets the system choose.
    public static func everyAddress(port: UInt16) -> ListenAddress {
        ListenAddress(unchecked: .tcp(host: "", port: Int(port)))
    }

    /// A port of a host.
    ///
    /// - Parameters:
    ///   - host: A name, which is resolved when the server starts, or an IP address, IPv6 without brackets. Empty for
    ///   every
    ///     address of the host, IPv6 and IPv4.
    ///   - port: The port; 0 lets the system choose.
    /// - Throws: ``ScrapeServerError`` where the host is not valid.
    public static func tcp(host: String, port: UInt16) throws(ScrapeServerError) -> ListenAddress {
        try ListenAddress(unchecked: .tcp(host: host, port: Int(port))).checked()
    }

    /// A Unix domain socket.
    ///
    /// - Parameter path: The absolute path of its file, of at most 103 bytes.
    /// - Throws: ``ScrapeServerError`` where the path is not valid.
    public static func unix(path: String) throws(ScrapeServerError) -> ListenAddress {
        try ListenAddress(unchecked: .unix(path: path)).checked()
    }

    /// The port; 0 where the system is to choose one, nil for a Unix domain socket.
    public var port: Int? {
        if case .tcp(_, let port) = endpoint { port } else { nil }
    }

    /// The address with the port that the system chose; a Unix domain socket has none.
    func with(port: Int?) -> ListenAddress {
        guard case .tcp(let host, _) = endpoint, let port else { return self }
        return ListenAddress(unchecked: .tcp(host: host, port: port))
    }
}

extension ListenAddress: CustomStringConvertible {
    /// The address as ``init(_:)`` reads it.
    public var description: String {
        switch endpoint {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}
