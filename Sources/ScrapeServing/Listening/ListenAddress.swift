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

    /// The port; 0 where the system is to choose one, nil for a Unix domain socket.
    public var port: Int? {
        if case .tcp(_, let port) = endpoint { port } else { nil }
    }

    /// Port 8090 on every address of the host.
    static let `default` = ListenAddress(.tcp(host: "", port: 8090))

    init(_ endpoint: Endpoint) {
        self.endpoint = endpoint
    }

    /// The address with the port that the system chose; a Unix domain socket has none.
    func with(port: Int?) -> ListenAddress {
        guard case .tcp(let host, _) = endpoint, let port else { return self }
        return ListenAddress(.tcp(host: host, port: port))
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
