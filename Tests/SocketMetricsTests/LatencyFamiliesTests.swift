// SPDX-License-Identifier: Apache-2.0

import Exposition
import SocketStatistics
import Testing

@testable import SocketMetrics

struct LatencyFamiliesTests {
    private static func latency(_ connections: UInt64, zeroWindow: UInt64? = 1) -> TCPLatency {
        TCPLatency(
            roundTrips: Distribution(
                bounds: TCPLatency.roundTripBounds, counts: [connections], sum: Double(connections)),
            congestionWindows: Distribution(
                bounds: TCPLatency.congestionWindowBounds, counts: [connections], sum: Double(connections)),
            unacknowledged: connections, retransmitting: connections, zeroWindow: zeroWindow, lostSegments: connections)
    }

    /// Ports 1 to 4 with as many connections, others, and connections on a port without a listener.
    private static func statistics(zeroWindow: UInt64? = 1) -> TCPStatistics {
        var statistics = TCPStatistics()
        let ports: [UInt16] = [1, 2, 3, 4]
        statistics.ports = Breakdown(
            Dictionary(uniqueKeysWithValues: ports.map { ($0, [.established: UInt64($0)]) }),
            others: [.established: 10], otherKeys: 1)
        statistics.latency = PortBreakdown(
            listening: Breakdown(
                Dictionary(uniqueKeysWithValues: ports.map { ($0, latency(UInt64($0), zeroWindow: zeroWindow)) }),
                others: latency(10, zeroWindow: zeroWindow), otherKeys: 1),
            unlistened: latency(100, zeroWindow: zeroWindow))
        let idle = { (connections: UInt64) in
            TCPIdleness(established: Distribution(bounds: TCPIdleness.bounds, counts: [connections], sum: 1))
        }
        statistics.idleness = PortBreakdown(
            listening: Breakdown(
                Dictionary(uniqueKeysWithValues: ports.map { ($0, idle(UInt64($0))) }), others: idle(10), otherKeys: 1),
            unlistened: idle(100))
        return statistics
    }

    private static func family(_ metrics: TCPMetrics, _ name: String) throws -> MetricFamily {
        try #require(metrics.families.first { $0.metadata.name == name })
    }

    /// The port of each sample, and the connections in it.
    private static func connections(_ family: MetricFamily) -> [String: UInt64] {
        Dictionary(
            uniqueKeysWithValues: family.samples.map { sample in
                guard case .histogram(let value) = sample.value else { return ("\(sample.labels)", 0) }
                return ("\(sample.labels)", value.count)
            })
    }

    private static func labels(_ port: String) -> String { "\(["port": port] as Labels)" }

    /// The same ports as those whose connections are counted, and the sum is all.
    @Test func portsAreThoseWithSeriesOfTheirOwn() throws {
        let metrics = TCPMetrics(Self.statistics(), limits: [.ports: 2])
        let expected: [String: UInt64] = [
            Self.labels("3"): 3, Self.labels("4"): 4, Self.labels("other"): 1 + 2 + 10, Self.labels("none"): 100,
        ]
        #expect(Self.connections(try Self.family(metrics, "socket_tcp_rtt_seconds")) == expected)
        #expect(Self.connections(try Self.family(metrics, "socket_tcp_congestion_window_segments")) == expected)
        let lost = try Self.family(metrics, "socket_tcp_lost_segments")
        #expect(Set(lost.samples.map { "\($0.labels)" }) == Set(expected.keys))
        #expect(lost.samples.map(\.value) == [3, 4, 13, 100])
        let idle = try Self.family(metrics, "socket_tcp_idle_seconds")
        #expect(idle.samples.count == 2 * expected.count)
    }

    /// The keys that a port was chosen by before are those of the history.
    @Test func portsStayWhereConnectionsAreCounted() throws {
        var history = SeriesHistory()
        for _ in 0..<2 {
            let metrics = TCPMetrics(Self.statistics(), limits: [.ports: 1], history: &history)
            let ports = try Self.family(metrics, "socket_tcp_port_connections").samples.map { "\($0.labels)" }
            #expect(ports.contains("\(["port": "4", "state": "established"] as Labels)"))
            #expect(Self.connections(try Self.family(metrics, "socket_tcp_rtt_seconds"))[Self.labels("4")] == 4)
        }
    }

    @Test func whatTheKernelDoesNotTellIsAbsent() {
        let names = TCPMetrics(Self.statistics(zeroWindow: nil)).families.map(\.metadata.name)
        #expect(!names.contains("socket_tcp_zero_window_connections"))
        #expect(names.contains("socket_tcp_lost_segments"))
        let none = TCPMetrics(TCPStatistics()).families.map(\.metadata.name)
        #expect(!none.contains { $0.contains("rtt") || $0.contains("idle") })
    }

    /// Without the listeners it is not known which ports have one.
    @Test func withoutPortsThereIsNone() {
        var statistics = Self.statistics()
        statistics.ports = nil
        let names = TCPMetrics(statistics).families.map(\.metadata.name)
        #expect(!names.contains { $0.contains("rtt") || $0.contains("idle") })
    }
}
