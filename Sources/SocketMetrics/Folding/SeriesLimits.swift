// SPDX-License-Identifier: Apache-2.0

/// The most series exposed of each kind; the rest are summed with the label value `other`.
///
/// With a ``SeriesHistory``, who has series keeps them until it has gone, or until one without them exceeds it by more than a
/// quarter and by more than 1. A listener in trouble does not wait for that.
public struct SeriesLimits: Sendable, Hashable {
    /// Local ports with a listener: those with the most sockets.
    public var ports: Int
    /// Listening addresses of all network namespaces, in this order: the own namespace, namespaces with a name, others, and those
    /// that any user can create. Within each, listeners with a full queue or with drops since the last scrape come first, then
    /// those with the most drops, then those with the longest backlog.
    public var listeners: Int
    /// Network namespaces beside the own one, in the same order; among equals those with the most sockets.
    public var namespaces: Int

    /// Creates limits, the exporter's own where they are left out.
    public init(ports: Int = 20, listeners: Int = 200, namespaces: Int = 200) {
        self.ports = ports
        self.listeners = listeners
        self.namespaces = namespaces
    }
}
