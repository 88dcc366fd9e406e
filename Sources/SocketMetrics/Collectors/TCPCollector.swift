// SPDX-License-Identifier: Apache-2.0

internal import Exposition

/// Makes metric families of TCP statistics: a pure function, one file for each.
protocol TCPCollector {
    /// What it may make.
    static var metadata: [MetricDescription] { get }

    static func families(of metrics: TCPMetrics) -> [MetricFamily]
}

/// The collectors in the order of the exposition.
enum TCPCollectors {
    static var all: [any TCPCollector.Type] {
        [
            ConnectionsCollector.self,
            QueueCollector.self,
            TimerCollector.self,
            ListenerCollector.self,
            PortCollector.self,
            NamespaceCollector.self,
            ConnectionTableCollector.self,
        ]
    }
}
