// SPDX-License-Identifier: Apache-2.0

/// What the sockets that listen on one address and port say together (with SO_REUSEPORT there may be several).
public struct Listener: Sendable, Hashable {
    /// How many sockets share the address and port.
    public var sockets: UInt64
    /// Connections that wait to be accepted.
    public var backlog: UInt64
    /// How many may wait.
    public var backlogLimit: UInt64
    /// Connections and packets dropped since the sockets listen; it falls when one of them is closed.
    public var drops: UInt64

    /// Makes the numbers of an address and port.
    public init(sockets: UInt64 = 1, backlog: UInt64, backlogLimit: UInt64, drops: UInt64) {
        self.sockets = sockets
        self.backlog = backlog
        self.backlogLimit = backlogLimit
        self.drops = drops
    }

    /// Both together.
    public static func + (left: Listener, right: Listener) -> Listener {
        Listener(
            sockets: left.sockets + right.sockets, backlog: left.backlog + right.backlog,
            backlogLimit: left.backlogLimit + right.backlogLimit, drops: left.drops + right.drops)
    }
}

/// One listening socket, as a source reports it.
struct ListeningSocket {
    var endpoint: Endpoint
    var listener: Listener
}

extension [ListeningSocket] {
    /// Those that share an address and port added up.
    var byEndpoint: [Endpoint: Listener] {
        Dictionary(map { ($0.endpoint, $0.listener) }, uniquingKeysWith: +)
    }
}
