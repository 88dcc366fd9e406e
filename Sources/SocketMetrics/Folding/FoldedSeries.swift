// SPDX-License-Identifier: Apache-2.0

internal import Exposition

/// How many series were folded into those labelled `other`.
public struct FoldedSeries: Sendable, Hashable {
    /// Of each metric of listeners.
    public var listeners: UInt64
    /// Of the metric of ports.
    public var ports: UInt64
    /// Of the metric of network namespaces.
    public var namespaces: UInt64

    /// Makes the numbers of folded series.
    public init(listeners: UInt64 = 0, ports: UInt64 = 0, namespaces: UInt64 = 0) {
        self.listeners = listeners
        self.ports = ports
        self.namespaces = namespaces
    }

    /// Adds those of another scan.
    public static func += (left: inout FoldedSeries, right: FoldedSeries) {
        left.listeners += right.listeners
        left.ports += right.ports
        left.namespaces += right.namespaces
    }

    /// The numbers by the metric's name.
    public var byMetric: [(metric: String, series: UInt64)] {
        ListenerCollector.metadata.map { ($0.name, listeners) } + [
            (PortCollector.connections.name, ports), (NamespaceCollector.connections.name, namespaces),
        ]
    }
}
