// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import SocketMetrics

/// All that the scan tells of TCP sockets.
enum TCPMetricsCollector: Collector {
    static func families(from readings: Readings) -> [MetricFamily] {
        readings.metrics?.families ?? []
    }
}
