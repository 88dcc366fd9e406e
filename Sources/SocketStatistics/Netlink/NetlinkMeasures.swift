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
            Distribution(unsafe cnl_idleness_of(idleness, UInt32(slot), UInt32(state.rawValue)))
        }
        return slots.portBreakdown { slot in
            TCPIdleness(established: distribution(slot, .established), closeWait: distribution(slot, .closeWait))
        }
    }
}
