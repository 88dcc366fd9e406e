// SPDX-License-Identifier: Apache-2.0

internal import CSocketTypes

extension TCPLatency {
    /// What a source has added up.
    ///
    /// - Parameter hasPeerWindows: Whether the kernel tells the windows of the peers.
    init(_ sums: cst_latency, hasPeerWindows: Bool = true) {
        var sums = sums
        self.init(
            roundTrips: Distribution(
                bounds: Self.roundTripBounds,
                counts: (0..<UInt32(CST_ROUND_TRIP_BUCKETS)).map { unsafe cst_round_trips(&sums, $0) },
                sum: Double(sums.round_trip_us) / 1e6),
            congestionWindows: Distribution(
                bounds: Self.congestionWindowBounds,
                counts: (0..<UInt32(CST_WINDOW_BUCKETS)).map { unsafe cst_windows(&sums, $0) },
                sum: Double(sums.window_segments)),
            unacknowledged: UInt64(sums.unacknowledged), retransmitting: UInt64(sums.retransmitting),
            zeroWindow: hasPeerWindows ? UInt64(sums.zero_windows) : nil, lostSegments: sums.lost_segments)
    }
}

extension Distribution {
    /// The idle times that a source has added up.
    init(_ sums: cst_idleness) {
        var sums = sums
        self.init(
            bounds: TCPIdleness.bounds,
            counts: (0..<UInt32(CST_IDLE_BUCKETS)).map { unsafe cst_idle_connections(&sums, $0) },
            sum: Double(sums.ms) / 1e3)
    }
}
