// SPDX-License-Identifier: Apache-2.0

/// How connections are doing: their round trips, and what waits for an answer.
///
/// TIME_WAIT, connection requests, listeners and closed sockets are not among them: the kernel keeps nothing of this for
/// them.
public struct TCPLatency: Sendable, Hashable {
    /// The smoothed round-trip time of each connection that has measured one, in seconds.
    public var roundTrips: Distribution
    /// The congestion window of each connection, in segments.
    public var congestionWindows: Distribution
    /// Connections with segments that were sent and not yet acknowledged.
    public var unacknowledged: UInt64
    /// Connections that wait for an answer to a retransmission.
    public var retransmitting: UInt64
    /// Connections whose peer takes no more data now: its receive window is 0. Nil where the kernel does not tell.
    public var zeroWindow: UInt64?
    /// Segments in flight that are taken for lost.
    public var lostSegments: UInt64

    /// The bounds of round-trip times, in seconds: from 64 µs to 16.8 s, each twice the one before.
    public static let roundTripBounds = (0..<19).map { Double(64 << $0) / 1e6 }
    /// The bounds of congestion windows, in segments: from 1 to 65,536, each twice the one before.
    public static let congestionWindowBounds = (0..<17).map { Double(1 << $0) }

    /// Creates measures that were taken elsewhere: by default those of no connection.
    public init(
        roundTrips: Distribution = Distribution(bounds: roundTripBounds),
        congestionWindows: Distribution = Distribution(bounds: congestionWindowBounds),
        unacknowledged: UInt64 = 0, retransmitting: UInt64 = 0, zeroWindow: UInt64? = 0, lostSegments: UInt64 = 0
    ) {
        self.roundTrips = roundTrips
        self.congestionWindows = congestionWindows
        self.unacknowledged = unacknowledged
        self.retransmitting = retransmitting
        self.zeroWindow = zeroWindow
        self.lostSegments = lostSegments
    }

    /// Both together.
    public static func + (left: TCPLatency, right: TCPLatency) -> TCPLatency {
        TCPLatency(
            roundTrips: left.roundTrips + right.roundTrips,
            congestionWindows: left.congestionWindows + right.congestionWindows,
            unacknowledged: left.unacknowledged + right.unacknowledged,
            retransmitting: left.retransmitting + right.retransmitting,
            zeroWindow: left.zeroWindow.flatMap { left in right.zeroWindow.map { left + $0 } },
            lostSegments: left.lostSegments + right.lostSegments)
    }
}
