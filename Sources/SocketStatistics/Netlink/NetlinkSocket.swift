// SPDX-License-Identifier: Apache-2.0

internal import CNetlink
internal import CSocketTypes
internal import SystemPackage

/// An open sock_diag socket, closed when it goes out of scope.
@safe
struct NetlinkSocket: ~Copyable {
    /// Why a conversation with the kernel ended early.
    typealias Failure = CallFailure<cnl_failure>

    private let handle: OpaquePointer

    /// Opens a socket in the calling thread's network namespace, or in that of a descriptor.
    init(namespace: FileDescriptor? = nil) throws(Failure) {
        var error = unsafe cnl_error()
        let handle =
            if let namespace {
                unsafe cnl_open_in_namespace(namespace.rawValue, &error)
            } else {
                unsafe cnl_open(&error)
            }
        guard let handle = unsafe handle else {
            throw unsafe Failure(error)
        }
        unsafe self.handle = handle
    }

    deinit {
        unsafe cnl_close(handle)
    }

    /// Sets when dumps fail; nil for never.
    func setDeadline(_ deadline: ContinuousClock.Instant?) {
        unsafe cnl_set_deadline(handle, MonotonicClock.nanoseconds(deadline))
    }

    /// Adds the sockets whose states are asked for to the counts, which are partial when it throws.
    func dump(
        _ kind: cnl_request_kind, states: UInt32, _ filter: borrowing NetlinkFilter, into counts: inout cnl_tcp_counts
    ) throws(Failure) {
        try unsafe dump(
            cnl_tcp_request(kind: kind, states: states, listeners: nil, ports: nil, filter: filter.handle),
            into: &counts)
    }

    /// Counts sockets by their local port too.
    func dump(
        _ kind: cnl_request_kind, states: UInt32, _ filter: borrowing NetlinkFilter, into counts: inout cnl_tcp_counts,
        ports: borrowing NetlinkPorts
    ) throws(Failure) {
        try unsafe dump(
            cnl_tcp_request(kind: kind, states: states, listeners: nil, ports: ports.handle, filter: filter.handle),
            into: &counts)
    }

    /// Adds the listening sockets to the counts and lists them, the first ones up to a capacity.
    ///
    /// - Returns: the list, and how many sockets there are.
    func dumpListeners(
        _ kind: cnl_request_kind, _ filter: borrowing NetlinkFilter, capacity: Int, into counts: inout cnl_tcp_counts
    ) throws(Failure) -> (listeners: [cst_listener], total: Int) {
        var records = [cst_listener](repeating: cst_listener(), count: capacity)
        let total = try unsafe records.withUnsafeMutableBufferPointer { records throws(Failure) in
            var listeners = unsafe cnl_listeners(records: records.baseAddress, capacity: records.count, count: 0)
            try unsafe withUnsafeMutablePointer(to: &listeners) { listeners throws(Failure) in
                let states = cnl_state_bit(UInt32(CST_LISTEN))
                try unsafe dump(
                    cnl_tcp_request(
                        kind: kind, states: states, listeners: listeners, ports: nil, filter: filter.handle),
                    into: &counts)
            }
            return unsafe listeners.count
        }
        return (Array(records.prefix(total)), total)
    }

    /// The number of the namespace that the socket was opened in; nil before Linux 5.14.
    var namespaceCookie: UInt64? {
        let cookie = unsafe cnl_namespace_cookie(handle)
        return cookie == 0 ? nil : cookie
    }

    /// The name of an interface of the namespace that the socket was opened in; nil where there is no such interface.
    func interfaceName(_ index: UInt32) -> String? {
        var name = [CChar](repeating: 0, count: Int(CNL_INTERFACE_NAME_SIZE))
        let exists = unsafe name.withUnsafeMutableBufferPointer { name in
            // Never empty.
            unsafe name.baseAddress.map { unsafe cnl_interface_name(handle, index, $0) } ?? false
        }
        return exists ? InterfaceNames.text(name) : nil
    }

    private func dump(_ request: cnl_tcp_request, into counts: inout cnl_tcp_counts) throws(Failure) {
        var request = unsafe request
        var error = unsafe cnl_error()
        guard unsafe cnl_tcp_dump(handle, &request, &counts, &error) else {
            throw unsafe Failure(error)
        }
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

extension NetlinkSocket.Failure {
    fileprivate init(_ error: cnl_error) {
        unsafe self.init(error.failure, error.error_number, error.call)
    }
}
