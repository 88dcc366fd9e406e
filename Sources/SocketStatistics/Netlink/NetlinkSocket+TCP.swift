// SPDX-License-Identifier: Apache-2.0

internal import CNetlink
internal import CSocketTypes
internal import SystemPackage

extension NetlinkSocket {
    /// Adds the sockets whose states are asked for to the counts, which are partial when it throws.
    func dump(
        _ kind: cnl_request_kind, states: UInt32, _ filter: borrowing NetlinkFilter, into counts: inout cnl_tcp_counts,
        cgroups: borrowing NetlinkCgroups = NetlinkCgroups()
    ) throws(Failure) {
        var request = unsafe cnl_tcp_request()
        unsafe request.kind = kind
        unsafe request.states = states
        unsafe request.cgroups = cgroups.handle
        unsafe request.filter = filter.handle
        try unsafe dump(request, into: &counts)
    }

    /// Counts sockets by their local port and by where they go too, and measures them.
    func dump(
        _ kind: cnl_request_kind, states: UInt32, _ filter: borrowing NetlinkFilter, into counts: inout cnl_tcp_counts,
        cgroups: borrowing NetlinkCgroups, ports: borrowing NetlinkPorts, destinations: borrowing NetlinkDestinations,
        measures: borrowing NetlinkMeasures
    ) throws(Failure) {
        try unsafe dump(
            cnl_tcp_request(
                kind: kind, states: states, listeners: nil, ports: ports.handle, destinations: destinations.handle,
                cgroups: cgroups.handle, latency: measures.latency, idleness: measures.idleness, filter: filter.handle),
            into: &counts)
    }

    /// Adds the listening sockets to the counts and lists them, the first ones up to a capacity.
    ///
    /// - Returns: the list, and how many sockets there are.
    func dumpListeners(
        _ kind: cnl_request_kind, _ filter: borrowing NetlinkFilter, capacity: Int, into counts: inout cnl_tcp_counts,
        cgroups: borrowing NetlinkCgroups
    ) throws(Failure) -> (listeners: [cst_listener], total: Int) {
        var records = [cst_listener](repeating: cst_listener(), count: capacity)
        var request = unsafe cnl_tcp_request()
        unsafe request.kind = kind
        unsafe request.states = cnl_state_bit(UInt32(CST_LISTEN))
        unsafe request.cgroups = cgroups.handle
        unsafe request.filter = filter.handle
        let total = try unsafe records.withUnsafeMutableBufferPointer { records throws(Failure) in
            var listeners = unsafe cnl_listeners(records: records.baseAddress, capacity: records.count, count: 0)
            try unsafe withUnsafeMutablePointer(to: &listeners) { listeners throws(Failure) in
                unsafe request.listeners = listeners
                try unsafe dump(request, into: &counts)
            }
            return unsafe listeners.count
        }
        return (Array(records.prefix(total)), total)
    }

    /// Whether the kernel reports sockets that are only bound.
    func reportsBoundInactive() throws(Failure) -> Bool {
        var error = unsafe cnl_error()
        var reports = false
        guard unsafe cnl_reports_bound_inactive(handle, &reports, &error) else {
            throw unsafe Failure(error)
        }
        return reports
    }

    private func dump(_ request: cnl_tcp_request, into counts: inout cnl_tcp_counts) throws(Failure) {
        var request = unsafe request
        var error = unsafe cnl_error()
        guard unsafe cnl_tcp_dump(handle, &request, &counts, &error) else {
            throw unsafe Failure(error)
        }
    }
}

/// Counters by local port, freed when they go out of scope.
@safe
struct NetlinkPorts: ~Copyable {
    fileprivate let handle: OpaquePointer

    init() throws(NetlinkSocket.Failure) {
        guard let handle = unsafe cnl_ports_new() else {
            throw NetlinkSocket.Failure(reason: CNL_SYSTEM_CALL_FAILED, errno: .noMemory, call: "calloc")
        }
        unsafe self.handle = handle
    }

    deinit {
        unsafe cnl_ports_free(handle)
    }

    /// Sets all counters to 0, and which port is counted with which.
    func begin(_ slots: PortSlots) {
        unsafe slots.slots.withUnsafeBufferPointer { slots in
            // Never empty: it has an entry for each port.
            guard let slots = slots.baseAddress else { return }
            unsafe cnl_ports_begin(handle, slots)
        }
    }

    func breakdown(_ slots: PortSlots) -> Breakdown<UInt16, StateCounts> {
        slots.breakdown { slot, state in
            unsafe cnl_port_sockets(handle, UInt32(slot), UInt32(state.rawValue))
        }
    }
}

/// Counters of where sockets go from ephemeral ports, freed when they go out of scope.
@safe
struct NetlinkDestinations: ~Copyable {
    fileprivate let handle: OpaquePointer

    init() throws(NetlinkSocket.Failure) {
        guard let handle = unsafe cnl_destinations_new() else {
            throw NetlinkSocket.Failure(reason: CNL_SYSTEM_CALL_FAILED, errno: .noMemory, call: "calloc")
        }
        unsafe self.handle = handle
    }

    deinit {
        unsafe cnl_destinations_free(handle)
    }

    /// Sets all counters to 0, and which ports are ephemeral.
    func begin(_ ports: EphemeralPorts) {
        unsafe ports.bits.withUnsafeBufferPointer { bits in
            // Never empty.
            guard let bits = bits.baseAddress else { return }
            unsafe cnl_destinations_begin(handle, bits)
        }
    }

    func use(of ports: EphemeralPorts, listening: [ListeningSocket]) -> TCPStatistics.EphemeralPortUse {
        TCPStatistics.EphemeralPortUse(
            busiestDestination: unsafe cnl_busiest_destination(handle), usedPorts: unsafe cnl_used_ports(handle),
            of: ports, listening: listening
        ) { unsafe cnl_is_used_port(handle, $0) }
    }
}

/// Leaves out the sockets that are not selected; freed when it goes out of scope.
@safe
struct NetlinkFilter: ~Copyable {
    /// Nil where all are selected.
    fileprivate let handle: OpaquePointer?

    init(_ selected: SelectedSockets?) throws(NetlinkSocket.Failure) {
        guard let selected else {
            unsafe handle = nil
            return
        }
        let inodes = Array(selected.inodes)
        let handle = unsafe inodes.withUnsafeBufferPointer { unsafe cnl_filter_new($0.baseAddress, $0.count) }
        guard let handle = unsafe handle else {
            throw NetlinkSocket.Failure(reason: CNL_SYSTEM_CALL_FAILED, errno: .noMemory, call: "calloc")
        }
        for port in selected.ports {
            unsafe cnl_filter_add_port(handle, port)
        }
        unsafe self.handle = handle
    }

    deinit {
        if let handle = unsafe handle {
            unsafe cnl_filter_free(handle)
        }
    }
}
