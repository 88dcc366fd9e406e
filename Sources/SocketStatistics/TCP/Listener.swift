// SPDX-License-Identifier: Apache-2.0

/// The sockets that listen on one endpoint, added up (with SO_REUSEPORT there may be several).
public struct Listener: Sendable, Hashable {
    /// How many sockets share the endpoint.
    public var sockets: UInt64
    /// Connections that wait to be accepted.
    public var backlog: UInt64
    /// How many may wait. The kernel admits one more for each socket.
    public var backlogLimit: UInt64
    /// Connections and packets dropped since the sockets began to listen. It falls when one of them is closed.
    public var drops: UInt64
    /// Sockets whose queue is full: the next connection is dropped.
    public var fullSockets: UInt64
    /// How full the fullest queue is, from 0 to 1: its backlog over what the kernel admits. A full queue among empty
    /// ones does not show in the sums.
    public var fullness: Double

    /// Creates the numbers of one socket, or of several that were added up elsewhere.
    ///
    /// What is left out is derived from the sums, as if there were one socket.
    public init(
        sockets: UInt64 = 1, backlog: UInt64, backlogLimit: UInt64, drops: UInt64, fullSockets: UInt64? = nil,
        fullness: Double? = nil
    ) {
        self.sockets = sockets
        self.backlog = backlog
        self.backlogLimit = backlogLimit
        self.drops = drops
        self.fullSockets = fullSockets ?? (backlog > backlogLimit ? 1 : 0)
        self.fullness = fullness ?? Self.fullness(backlog: backlog, limit: backlogLimit)
    }

    /// How full one socket's queue is. The kernel compares with "more than the limit", so that it admits one more.
    static func fullness(backlog: UInt64, limit: UInt64) -> Double {
        min(1, Double(backlog) / (Double(limit) + 1))
    }

    /// Both together.
    public static func + (left: Listener, right: Listener) -> Listener {
        Listener(
            sockets: left.sockets + right.sockets, backlog: left.backlog + right.backlog,
            backlogLimit: left.backlogLimit + right.backlogLimit, drops: left.drops + right.drops,
            fullSockets: left.fullSockets + right.fullSockets, fullness: max(left.fullness, right.fullness))
    }
}

/// The sockets that listen on an endpoint, or some of them, as a source reports them.
struct ListeningSocket {
    var endpoint: Endpoint
    var listener: Listener
}

extension [ListeningSocket] {
    /// Those that share an endpoint added up.
    var byEndpoint: [Endpoint: Listener] {
        Dictionary(map { ($0.endpoint, $0.listener) }, uniquingKeysWith: +)
    }
}
