// SPDX-License-Identifier: Apache-2.0

internal import CNetlink
internal import CSocketTypes
internal import SystemPackage

/// Counters by cgroup of one scan, freed when they go out of scope.
///
/// The scan asks one namespace after the other with them, so that no two threads use them at once.
@safe
struct NetlinkCgroups: ~Copyable, @unchecked Sendable {
    /// For dumps; nil where cgroups are not counted.
    let handle: OpaquePointer?

    /// - Parameter preferred: Cgroups that are told apart in any case; nil where none is counted.
    init(preferring preferred: Set<UInt64>?) throws(NetlinkSocket.Failure) {
        guard let preferred else {
            unsafe handle = nil
            return
        }
        let numbers = Array(preferred)
        let handle = unsafe numbers.withUnsafeBufferPointer { unsafe cnl_cgroups_new($0.baseAddress, $0.count) }
        guard let handle = unsafe handle else {
            throw NetlinkSocket.Failure(reason: CNL_SYSTEM_CALL_FAILED, errno: .noMemory, call: "calloc")
        }
        unsafe self.handle = handle
    }

    /// Counts none.
    init() {
        unsafe handle = nil
    }

    deinit {
        if let handle = unsafe handle {
            unsafe cnl_cgroups_free(handle)
        }
    }

    /// Begins a question anew: what was counted since the last `keep()` is of one that failed.
    func drop() {
        if let handle = unsafe handle {
            unsafe cnl_cgroups_drop(handle)
        }
    }

    /// Keeps what the answer to a question was.
    func keep() {
        if let handle = unsafe handle {
            unsafe cnl_cgroups_keep(handle)
        }
    }

    /// What was kept; nil where cgroups are not counted, or the kernel does not tell them.
    var statistics: CgroupStatistics? {
        guard let handle = unsafe handle, unsafe cnl_cgroups_are_told(handle) else { return nil }
        func states(_ slot: Int) -> StateCounts {
            StateCounts(
                Dictionary(
                    uniqueKeysWithValues: TCPState.allCases.filter { $0 != .boundInactive }.map { state in
                        (state, unsafe cnl_cgroup_sockets(handle, slot, UInt32(state.rawValue)))
                    }))
        }
        var members: [UInt64: StateCounts] = [:]
        for slot in Int(CST_FIRST_CGROUP)..<max(Int(CST_FIRST_CGROUP), unsafe cnl_cgroup_slots(handle)) {
            let counts = states(slot)
            // Those that are told apart in any case may be gone.
            members[unsafe cnl_cgroup_number(handle, slot)] = counts.total > 0 ? counts : nil
        }
        return CgroupStatistics(
            members: Breakdown(
                members, others: states(Int(CST_OTHER_CGROUPS)), otherKeys: unsafe cnl_other_cgroups(handle)),
            none: states(Int(CST_NO_CGROUP)))
    }
}
