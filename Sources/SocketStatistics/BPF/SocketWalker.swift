// SPDX-License-Identifier: Apache-2.0

internal import CSocketWalk
internal import SystemPackage

/// A loaded BPF program that walks the kernel's tables, unloaded when it goes out of scope.
@safe
struct SocketWalker: ~Copyable {
    /// Why the program could not be loaded or run.
    struct Failure: Error {
        let reason: csw_failure
        let errno: Errno?
        /// The call that failed, where one did.
        let call: String?
    }

    private let handle: OpaquePointer

    init() throws(Failure) {
        var error = unsafe csw_error()
        guard let handle = unsafe csw_open(&error) else {
            throw unsafe Failure(error)
        }
        unsafe self.handle = handle
    }

    deinit {
        unsafe csw_close(handle)
    }

    /// Counts all sockets that the calling thread's network namespace has, and what the options ask for.
    func walk(_ options: TCPScanOptions) throws(Failure) -> SocketWalk {
        let walkOptions = csw_options(
            by_namespace: options.contains(.allNamespaces), with_queues: options.contains(.queues))
        var error = unsafe csw_error()
        guard unsafe csw_begin(handle, walkOptions, &error), unsafe csw_walk_listeners(handle, &error) else {
            throw unsafe Failure(error)
        }
        let listening = listeningSockets
        let slots = PortSlots(listening)
        let walked = unsafe slots.slots.withUnsafeBufferPointer { ports in
            // Never empty: it has an entry for each port.
            unsafe ports.baseAddress.map { unsafe csw_walk_connections(handle, $0, &error) }
        }
        guard walked == true else {
            throw unsafe Failure(error)
        }
        return SocketWalk(
            summary: unsafe csw_summary(handle),
            listening: listening,
            ports: slots.statistics { slot, state in
                unsafe csw_port_sockets(handle, UInt32(slot), UInt32(state.rawValue))
            },
            queueBytes: options.contains(.queues) ? queueBytes : [:],
            timers: options.contains(.queues) ? timers : [:],
            namespaces: unsafe (0..<csw_namespaces(handle)).map { namespace(at: $0) })
    }

    private var queueBytes: [AddressFamily: TCPStatistics.QueueBytes] {
        let pairs = AddressFamily.allCases.map { family in
            let index = family.walkerIndex
            let bytes = unsafe TCPStatistics.QueueBytes(
                receive: csw_receive_queue_bytes(handle, index), send: csw_send_queue_bytes(handle, index))
            return (family, bytes)
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    private var timers: [TCPTimer: UInt64] {
        let pairs = TCPTimer.allCases.map { ($0, unsafe csw_timer_sockets(handle, UInt32($0.rawValue))) }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    private var listeningSockets: [ListeningSocket] {
        unsafe (0..<csw_listeners(handle)).map { index in
            let record = unsafe csw_listener(handle, index)
            let family = UInt32(record.family) == UInt32(CSW_IPV6) ? AddressFamily.ipv6 : .ipv4
            return ListeningSocket(
                endpoint: Endpoint(IPAddress(family, record.address), port: record.port),
                listener: Listener(
                    backlog: UInt64(record.backlog), backlogLimit: UInt64(record.backlog_limit),
                    drops: UInt64(record.drops)))
        }
    }

    private func namespace(at index: Int) -> SocketWalk.Namespace {
        var namespace = SocketWalk.Namespace(inode: unsafe csw_namespace_inode(handle, index))
        for family in AddressFamily.allCases {
            for number in UInt8(0)..<UInt8(CSW_STATES) {
                let sockets = unsafe csw_sockets(handle, index, family.walkerIndex, UInt32(number))
                // Sockets that are only bound are in another table.
                if let state = TCPState(rawValue: number), state != .boundInactive {
                    namespace.connections[.init(family, state)] = sockets
                } else {
                    namespace.unknownStates += sockets
                }
            }
        }
        return namespace
    }
}

extension AddressFamily {
    fileprivate var walkerIndex: UInt32 {
        switch self {
        case .ipv4: UInt32(CSW_IPV4)
        case .ipv6: UInt32(CSW_IPV6)
        }
    }
}

extension SocketWalker.Failure {
    fileprivate init(_ error: csw_error) {
        reason = unsafe error.failure
        errno = unsafe error.error_number == 0 ? nil : Errno(rawValue: error.error_number)
        call = unsafe error.call.map { unsafe String(cString: $0) }
    }

    /// Trying again cannot help.
    var isPermanent: Bool {
        [CSW_NO_TYPES, CSW_NOT_PERMITTED, CSW_NOT_LOADABLE].contains(reason)
    }

    /// The failure as a source's error.
    var sourceError: SourceError {
        let why = errno.map { "\($0)" } ?? "unknown error"
        switch reason {
        case CSW_NO_TYPES:
            return SourceError(
                .unavailable, errno: errno,
                "the kernel does not describe its types (/sys/kernel/btf/vmlinux: \(why)): it needs CONFIG_DEBUG_INFO_BTF"
            )
        case CSW_NOT_PERMITTED:
            return SourceError(
                .unavailable, errno: errno,
                "loading a BPF program is not permitted (\(why)): run as root or with CAP_BPF and CAP_PERFMON")
        case CSW_NOT_LOADABLE:
            return SourceError(
                .unavailable, errno: errno,
                "the kernel does not take the BPF program (\(why)): it needs Linux 5.17 or later")
        case CSW_CALL_FAILED where call == "bpf(BPF_PROG_RUN)" && errno == .notPermitted:
            return SourceError(
                .unavailable, errno: errno,
                "running the BPF program is not permitted (\(why)): before Linux 5.19 each run needs CAP_BPF")
        default:
            return SourceError(.systemCallFailed, errno: errno, "\(call ?? "a system call") failed: \(why)")
        }
    }
}
