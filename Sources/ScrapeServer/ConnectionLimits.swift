// SPDX-License-Identifier: Apache-2.0

/// What a server grants to the connections of its clients.
public struct ConnectionLimits: Hashable, Sendable {
    /// How many connections may be open at the same time.
    ///
    /// At the limit, a new connection takes the place of the one that has been idle for longest.
    public var openConnections = 512

    /// How long a client may take to send a request: its head and its body.
    ///
    /// The time begins when the connection opens, and for later requests with their first byte.
    public var requestTimeout: Duration = .seconds(10)

    /// How long a connection may stay open between two requests.
    public var idleTimeout: Duration = .seconds(120)

    /// How long a client may take nothing of an answer that waits for it.
    public var writeTimeout: Duration = .seconds(30)

    /// How many bytes the head of a request may have: its target and all its header fields.
    public var headerBytes = 16 * 1024

    /// How many bytes the body of a request may have. Bodies are discarded.
    public var bodyBytes = 64 * 1024

    /// How long a server that stops waits for the answers under way.
    public var gracePeriod: Duration = .seconds(8)

    /// Makes the limits that suit an exporter: the default values of the properties.
    public init() {}
}
