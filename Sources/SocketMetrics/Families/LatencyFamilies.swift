// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import SocketStatistics

/// How TCP connections are doing, by local port.
enum LatencyFamilies: TCPFamilies {
    private static let roundTrips = MetricDescription.gaugeHistogram(
        "socket_tcp_rtt_seconds", unit: "seconds",
        help: """
            TCP connections by their smoothed round-trip time now and by local port, those that have measured one. The port \
            is none for connections on a port without a listener.
            """)
    private static let windows = MetricDescription.gaugeHistogram(
        "socket_tcp_congestion_window_segments", unit: "segments",
        help: "TCP connections by their congestion window now and by local port.")
    private static let unacknowledged = MetricDescription.gauge(
        "socket_tcp_unacknowledged_connections",
        help: "TCP connections with segments that were sent and not yet acknowledged, by local port.")
    private static let retransmitting = MetricDescription.gauge(
        "socket_tcp_retransmitting_connections",
        help: "TCP connections that wait for an answer to a retransmission, by local port.")
    private static let zeroWindow = MetricDescription.gauge(
        "socket_tcp_zero_window_connections",
        help: "TCP connections whose peer takes no more data now, since its receive window is 0, by local port.")
    private static let lost = MetricDescription.gauge(
        "socket_tcp_lost_segments", help: "Segments of TCP connections that are taken for lost now, by local port.")

    private static let roundTripBuckets = HistogramBuckets(computed: TCPLatency.roundTripBounds)
    private static let windowBuckets = HistogramBuckets(computed: TCPLatency.congestionWindowBounds)

    static var metadata: [MetricDescription] {
        [roundTrips, windows, unacknowledged, retransmitting, zeroWindow, lost]
    }

    static func families(of metrics: TCPMetrics) -> [MetricFamily] {
        guard let rows = metrics.folded.latency else { return [] }
        func family(_ description: MetricDescription, _ value: (TCPLatency) -> MetricValue?) -> MetricFamily {
            MetricFamily(
                description,
                samples: rows.compactMap { row in value(row.value).map { Sample($0, labels: ["port": row.port]) } })
        }
        return [
            family(roundTrips) { .histogram(HistogramValue($0.roundTrips, roundTripBuckets)) },
            family(windows) { .histogram(HistogramValue($0.congestionWindows, windowBuckets)) },
            family(unacknowledged) { MetricValue($0.unacknowledged) },
            family(retransmitting) { MetricValue($0.retransmitting) },
            family(zeroWindow) { $0.zeroWindow.map { MetricValue($0) } },
            family(lost) { MetricValue($0.lostSegments) },
        ].filter { !$0.samples.isEmpty }
    }
}

/// How long TCP connections have been idle, by local port.
enum IdlenessFamilies: TCPFamilies {
    private static let idle = MetricDescription.gaugeHistogram(
        "socket_tcp_idle_seconds", unit: "seconds",
        help: """
            TCP connections by the time since data was sent or received last, by local port and state. The port is none for \
            connections on a port without a listener.
            """)

    private static let buckets = HistogramBuckets(computed: TCPIdleness.bounds)

    static var metadata: [MetricDescription] { [idle] }

    static func families(of metrics: TCPMetrics) -> [MetricFamily] {
        guard let rows = metrics.folded.idleness else { return [] }
        let samples = rows.flatMap { row in
            [(TCPState.established, row.value.established), (.closeWait, row.value.closeWait)].map { state, times in
                Sample(.histogram(HistogramValue(times, buckets)), labels: ["port": row.port, "state": state.name])
            }
        }
        return [MetricFamily(idle, samples: samples)]
    }
}

extension HistogramValue {
    /// - Parameter buckets: those with the distribution's bounds.
    fileprivate init(_ distribution: Distribution, _ buckets: HistogramBuckets) {
        self.init(buckets, counts: distribution.counts, sum: distribution.sum)
    }
}
