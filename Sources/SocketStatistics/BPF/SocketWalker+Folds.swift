// SPDX-License-Identifier: Apache-2.0

#if BPF
internal import CSocketTypes
internal import CSocketWalk

extension SocketWalker {
    /// Names the cgroups that the next walks tell apart before others, by number.
    func prefer(cgroups: Set<UInt64>) {
        let cgroups = Array(cgroups.prefix(Int(CSW_PREFERRED_CGROUPS)))
        unsafe cgroups.withUnsafeBufferPointer { numbers in
            // Null where there are none, which are then as many as before.
            guard let first = numbers.baseAddress else { return }
            unsafe csw_prefer_cgroups(handle, first, numbers.count)
        }
    }

    /// The sockets by cgroup.
    func cgroups(_ summary: csw_summary) -> CgroupStatistics {
        let count = unsafe csw_cgroups(handle)
        let indices = min(count, Int(CST_FIRST_CGROUP))..<count
        var members: [UInt64: StateCounts] = [:]
        var paths: [UInt64: String] = [:]
        for index in indices {
            let number = unsafe csw_cgroup_number(handle, index)
            members[number] = cgroupStates(index, summary)
            paths[number] = cgroupPath(index)
        }
        // Of namespaces that were not counted, cgroups may have sockets.
        let isWhole = summary.uncounted_tables == 0
        return CgroupStatistics(
            members: Breakdown(
                members, others: isWhole ? cgroupStates(Int(CST_OTHER_CGROUPS), summary) : nil,
                otherKeys: summary.has_more_cgroups ? 1 : 0),
            none: cgroupStates(Int(CST_NO_CGROUP), summary), paths: paths)
    }

    private func cgroupStates(_ index: Int, _ summary: csw_summary) -> StateCounts {
        let hasListeners = summary.lost_listener_chains == 0
        let states = TCPState.allCases.filter { $0 != .boundInactive && (hasListeners || $0 != .listen) }
        return StateCounts(
            Dictionary(
                uniqueKeysWithValues: states.map { state in
                    (state, unsafe csw_cgroup_sockets(handle, index, UInt32(state.rawValue)))
                }))
    }

    private func cgroupPath(_ index: Int) -> String? {
        let path = unsafe [UInt8](unsafeUninitializedCapacity: Int(CSW_LONGEST_CGROUP_PATH)) { buffer, size in
            unsafe buffer.withMemoryRebound(to: CChar.self) { buffer in
                guard let start = buffer.baseAddress else { return }
                size = unsafe csw_cgroup_path(handle, index, start)
            }
        }
        return path.isEmpty ? nil : String(decoding: path, as: UTF8.self)
    }

    /// How connections are doing, by port.
    func latency(_ slots: PortSlots) -> PortBreakdown<TCPLatency> {
        slots.portBreakdown { TCPLatency(unsafe csw_latency(handle, UInt32($0))) }
    }

    /// How long connections have been idle, by port.
    func idleness(_ slots: PortSlots) -> PortBreakdown<TCPIdleness> {
        slots.portBreakdown { slot in
            TCPIdleness(
                established: Distribution(unsafe csw_idleness(handle, UInt32(slot), UInt32(CST_IDLE_ESTABLISHED))),
                closeWait: Distribution(unsafe csw_idleness(handle, UInt32(slot), UInt32(CST_IDLE_CLOSE_WAIT))))
        }
    }
}
#endif
