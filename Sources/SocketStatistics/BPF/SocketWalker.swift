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

    /// How long a walk may take.
    struct Limits {
        /// When it fails, in nanoseconds of CLOCK_MONOTONIC.
        var deadline: UInt64
        /// How long it may walk tables that the own namespace does not use.
        var foreignNanoseconds: UInt64
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
    ///
    /// - Parameters:
    ///   - limits: how long the walk may take.
    ///   - busyPorts: those that are told apart first where there are too many.
    ///   - missingListeners: brings the listening sockets of the namespace where the walk could not count them.
    func walk(
        _ options: TCPScanOptions, _ limits: Limits, preferring busyPorts: Set<UInt16>,
        missingListeners: () throws(SourceError) -> [ListeningSocket]
    ) throws(Failure) -> SocketWalk {
        let walkOptions = csw_options(
            by_namespace: options.contains(.allNamespaces), with_queues: options.contains(.queues),
            deadline: limits.deadline, foreign_nanoseconds: limits.foreignNanoseconds)
        var error = unsafe csw_error()
        guard unsafe csw_begin(handle, walkOptions, &error), unsafe csw_walk_listeners(handle, &error) else {
            throw unsafe Failure(error)
        }
        let listeners = listeningSockets
        var listening = Result<[ListeningSocket], SourceError>.success(listeners.own)
        let lacksListeners = unsafe csw_namespace(handle, Int(CSW_OWN_NAMESPACE)).lacks_listeners
        if unsafe csw_summary(handle).lost_listener_chains > 0 || lacksListeners {
            listening = Result { () throws(SourceError) in try missingListeners() }
        }
        // Where the listeners are not known, the ports of those that were seen are told apart.
        let slots = PortSlots((try? listening.get()) ?? listeners.own, preferring: busyPorts)
        let walked = unsafe slots.slots.withUnsafeBufferPointer { ports in
            // Never empty: it has an entry for each port.
            unsafe ports.baseAddress.map { unsafe csw_walk_connections(handle, $0, &error) }
        }
        guard walked == true else {
            throw unsafe Failure(error)
        }
        let hasListeners = (try? listening.get()) != nil
        let count = unsafe csw_namespaces(handle)
        let hasQueues = unsafe options.contains(.queues) && !csw_summary(handle).lacks_queues
        return SocketWalk(
            summary: unsafe csw_summary(handle),
            listening: listening,
            ports: slots.breakdown(withListeners: hasListeners) { slot, state in
                unsafe csw_port_sockets(handle, UInt32(slot), UInt32(state.rawValue))
            },
            queueBytes: hasQueues ? queueBytes : nil,
            timers: hasQueues ? timers : nil,
            own: namespace(at: Int(CSW_OWN_NAMESPACE), [:]),
            others: namespace(at: Int(CSW_OTHER_NAMESPACES), [:]),
            foreign: (min(count, Int(CSW_FIRST_FOREIGN_NAMESPACE))..<count).map { index in
                namespace(at: index, listeners.foreign[index] ?? [:])
            })
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

    /// Those of the own namespace, and those of the others by the namespace's index.
    private var listeningSockets: (own: [ListeningSocket], foreign: [Int: [Endpoint: Listener]]) {
        var own: [ListeningSocket] = []
        var foreign: [Int: [Endpoint: Listener]] = [:]
        var names = InterfaceNames()
        for index in unsafe 0..<csw_listeners(handle) {
            let record = unsafe csw_listener(handle, index)
            if record.namespace_index == UInt32(CSW_OWN_NAMESPACE) {
                own.append(ListeningSocket(record, interface: names.name(of: record.interface)))
            } else {
                // The names of another namespace's interfaces are not known here.
                let index = record.interface
                let socket = ListeningSocket(record, interface: index == 0 ? nil : InterfaceNames.text(of: index))
                foreign[Int(record.namespace_index), default: [:]][socket.endpoint] = socket.listener
            }
        }
        return (own, foreign)
    }

    private func namespace(at index: Int, _ listeners: [Endpoint: Listener]) -> SocketWalk.Namespace {
        let place = unsafe csw_namespace(handle, index)
        var namespace = SocketWalk.Namespace(
            inode: place.inode, cookie: place.cookie == 0 ? nil : place.cookie,
            cgroup: place.cgroup == 0 ? nil : place.cgroup, requests: unsafe csw_requests(handle, index),
            isIncomplete: place.is_incomplete, isOfTenant: place.is_of_tenant,
            listeners: place.lacks_listeners ? nil : listeners)
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

extension ListeningSocket {
    fileprivate init(_ record: csw_listener, interface: String?) {
        let family = UInt32(record.family) == UInt32(CSW_IPV6) ? AddressFamily.ipv6 : .ipv4
        self.init(
            endpoint: Endpoint(
                IPAddress(family, record.address), port: record.port, interface: interface),
            listener: Listener(
                sockets: UInt64(record.sockets), backlog: record.backlog, backlogLimit: record.backlog_limit,
                drops: record.drops, fullSockets: UInt64(record.full_sockets),
                fullness: Listener.fullness(
                    backlog: UInt64(record.fullest_backlog), limit: UInt64(record.fullest_limit))))
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
        case CSW_NOT_PERMITTED, CSW_NOT_LOADABLE:
            return LoadRefusal(errno, .current).sourceError
        case CSW_TIMED_OUT:
            return SourceError(.timedOut, "the walk of the kernel's tables did not end in time")
        case CSW_CALL_FAILED where call == "bpf(BPF_PROG_RUN)" && errno == .notPermitted:
            return SourceError(
                .unavailable, errno: errno,
                "running the BPF program is not permitted (\(why)): before Linux 5.19 each run needs CAP_BPF")
        default:
            return SourceError(.systemCallFailed, errno: errno, "\(call ?? "a system call") failed: \(why)")
        }
    }
}
