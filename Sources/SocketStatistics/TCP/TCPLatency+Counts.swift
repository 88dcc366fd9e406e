// SPDX-License-Identifier: Apache-2.0

internal import CSocketTypes

extension TCPLatency {
    /// The sums that a source has made.
    init(_ sums: cst_latency) {
        self.init(
            roundTrips: Distribution(
                bounds: Self.roundTripBounds, sums.round_trips, sum: Double(sums.round_trip_sum) / 1e6),
            congestionWindows: Distribution(
                bounds: Self.congestionWindowBounds, sums.windows, sum: Double(sums.window_sum)),
            unacknowledged: UInt64(sums.unacknowledged), retransmitting: UInt64(sums.retransmitting),
            zeroWindow: UInt64(sums.zero_window), lostSegments: sums.lost)
    }
}

extension Distribution {
    /// The idle times that a source has added up.
    init(_ sums: cst_idleness) {
        self.init(bounds: TCPIdleness.bounds, sums.connections, sum: Double(sums.sum) / 1e3)
    }

    /// - Parameter counts: An array of `__u32` as Swift sees it.
    fileprivate init<Counts: BitwiseCopyable>(bounds: [Double], _ counts: Counts, sum: Double) {
        let counts = unsafe withUnsafeBytes(of: counts) { bytes in
            unsafe bytes.bindMemory(to: UInt32.self).map { UInt64($0) }
        }
        self.init(bounds: bounds, counts: counts, sum: sum)
    }
}
