// SPDX-License-Identifier: Apache-2.0

internal import CNetlink
internal import CSocketTypes
internal import SystemPackage

/// How connections are doing, in counters by local port, which are freed when they go out of scope.
@safe
struct NetlinkMeasures: ~Copyable {
    /// For dumps; nil where it is not measured.
    let latency: OpaquePointer?
    let idleness: OpaquePointer?

    init(_ options: TCPScanOptions) throws(NetlinkSocket.Failure) {
        unsafe latency = options.contains(.latency) ? unsafe cnl_latency_new() : nil
        unsafe idleness = options.contains(.idle) ? unsafe cnl_idleness_new() : nil
        let isWhole = unsafe (latency != nil, idleness != nil) == (options.contains(.latency), options.contains(.idle))
        guard isWhole else {
            throw NetlinkSocket.Failure(reason: CNL_SYSTEM_CALL_FAILED, errno: .noMemory, call: "calloc")
        }
    }

    deinit {
        if let latency = unsafe latency {
            unsafe cnl_latency_free(latency)
        }
        if let idleness = unsafe idleness {
            unsafe cnl_idleness_free(idleness)
        }
    }

    /// Sets all counters to 0.
    func begin() {
        if let latency = unsafe latency {
            unsafe cnl_latency_begin(latency)
        }
        if let idleness = unsafe idleness {
            unsafe cnl_idleness_begin(idleness)
        }
    }

    /// Nil where it is not measured.
    func latency(_ slots: PortSlots) -> PortBreakdown<TCPLatency>? {
        guard let latency = unsafe latency else { return nil }
        let hasPeerWindows = unsafe cnl_latency_has_peer_windows(latency)
        return slots.portBreakdown { slot in
            TCPLatency(unsafe cnl_latency_of(latency, UInt32(slot)), hasPeerWindows: hasPeerWindows)
        }
    }

    /// Nil where it is not measured.
    func idleness(_ slots: PortSlots) -> PortBreakdown<TCPIdleness>? {
        guard let idleness = unsafe idleness else { return nil }
        func distribution(_ slot: Int, _ state: TCPState) -> Distribution {
            var counts = unsafe cnl_idleness_of(idleness, UInt32(slot), UInt32(state.rawValue))
            return Distribution(
                bounds: TCPIdleness.bounds,
                counts: (0..<UInt32(CST_IDLE_BUCKETS)).map { unsafe cnl_idle_connections(&counts, $0) },
                sum: Double(counts.ms) / 1e3)
        }
        return slots.portBreakdown { slot in
            TCPIdleness(established: distribution(slot, .established), closeWait: distribution(slot, .closeWait))
        }
    }
}

extension TCPLatency {
    /// - Parameter hasPeerWindows: Whether the kernel tells the windows of the peers.
    fileprivate init(_ counts: cnl_latency_counts, hasPeerWindows: Bool) {
        var counts = counts
        self.init(
            roundTrips: Distribution(
                bounds: Self.roundTripBounds,
                counts: (0..<UInt32(CST_ROUND_TRIP_BUCKETS)).map { unsafe cnl_round_trips(&counts, $0) },
                sum: Double(counts.round_trip_us) / 1e6),
            congestionWindows: Distribution(
                bounds: Self.congestionWindowBounds,
                counts: (0..<UInt32(CST_WINDOW_BUCKETS)).map { unsafe cnl_windows(&counts, $0) },
                sum: Double(counts.window_segments)),
            unacknowledged: UInt64(counts.unacknowledged), retransmitting: UInt64(counts.retransmitting),
            zeroWindow: hasPeerWindows ? UInt64(counts.zero_windows) : nil, lostSegments: counts.lost_segments)
    }
}
