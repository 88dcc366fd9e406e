// SPDX-License-Identifier: Apache-2.0

/// How many of each there are series for; the rest are counted together, with the label value `other`.
public struct SeriesLimits: Sendable, Hashable {
    /// Local ports with a listener: those with the most sockets.
    public var ports: Int
    /// Listening addresses: those with the most drops, then with the longest backlog.
    public var listeners: Int
    /// Network namespaces beside the own one: those with the most sockets.
    public var namespaces: Int

    /// Makes limits, the exporter's own where they are left out.
    public init(ports: Int = 20, listeners: Int = 200, namespaces: Int = 200) {
        self.ports = ports
        self.listeners = listeners
        self.namespaces = namespaces
    }
}
