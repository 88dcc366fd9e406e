// SPDX-License-Identifier: Apache-2.0

#if BPF
internal import CSocketTypes
internal import CSocketWalk

extension SocketWalker {
    /// Counts all TCP sockets that the calling thread's network namespace has, and what the options ask for.
    ///
    /// - Parameters:
    ///   - limits: how long the walk may take.
    ///   - busyPorts: those that are told apart first where there are too many.
    ///   - ephemeralPorts: those from which the kernel opens connections; nil where they are not known.
    ///   - missingListeners: returns the listening sockets of the namespace where the walk could not count them.
    func walk(
        _ options: TCPScanOptions, _ limits: Limits, preferring busyPorts: Set<UInt16>,
        ephemeralPorts: EphemeralPorts?, missingListeners: () throws(SourceError) -> [ListeningSocket]
    ) throws(Failure) -> SocketWalk {
        let folds = WalkFolds(options)
        try begin(CSW_TCP, limits, byNamespace: options.contains(.allNamespaces), folds)
        var error = unsafe csw_error()
        guard unsafe csw_walk_listeners(handle, &error) else {
            throw unsafe Failure(error)
        }
        let listeners = listeningSockets
        var listening = Result<[ListeningSocket], SourceError>.success(listeners.own)
        let lacksListeners = unsafe csw_namespace(handle, Int(CST_OWN_NAMESPACE)).lacks_listeners
        if unsafe csw_summary(handle).lost_listener_chains > 0 || lacksListeners {
            listening = Result { () throws(SourceError) in try missingListeners() }
        }
        // Where the listeners are not known, the ports of those that were seen are told apart.
        let slots = PortSlots((try? listening.get()) ?? listeners.own, preferring: busyPorts)
        count(ephemeralPorts)
        let walked = unsafe slots.slots.withUnsafeBufferPointer { ports in
            // Never empty: it has an entry for each port.
            unsafe ports.baseAddress.map { unsafe csw_walk_connections(handle, $0, &error) }
        }
        guard walked == true else {
            throw unsafe Failure(error)
        }
        let hasListeners = (try? listening.get()) != nil
        let count = unsafe csw_namespaces(handle)
        let summary = unsafe csw_summary(handle)
        let hasQueues = folds.contains(.queues) && !summary.lacks_queues
        return SocketWalk(
            summary: summary,
            listening: listening,
            ports: slots.breakdown(withListeners: hasListeners) { slot, state in
                unsafe csw_port_sockets(handle, UInt32(slot), UInt32(state.rawValue))
            },
            queueBytes: hasQueues ? queueBytes : nil,
            timers: hasQueues ? timers : nil,
            ephemeralPorts: ephemeralPorts.flatMap { ports in
                (try? listening.get()).map { use(of: ports, listening: $0) }
            },
            cgroups: folds.contains(.cgroups) && !summary.lacks_cgroups ? cgroups(summary) : nil,
            latency: folds.contains(.latency) && !summary.lacks_latency ? latency(slots) : nil,
            idleness: folds.contains(.idle) && !summary.lacks_idle ? idleness(slots) : nil,
            own: namespace(at: Int(CST_OWN_NAMESPACE), [:]),
            others: namespace(at: Int(CST_OTHER_NAMESPACES), [:]),
            foreign: (min(count, Int(CST_FIRST_FOREIGN_NAMESPACE))..<count).map { index in
                namespace(at: index, listeners.foreign[index] ?? [:])
            })
    }

    private var queueBytes: [AddressFamily: TCPStatistics.QueueBytes] {
        let pairs = AddressFamily.allCases.map { family in
            let index = UInt32(family.index)
            let bytes = unsafe TCPStatistics.QueueBytes(
                receive: csw_receive_queue_bytes(handle, index), send: csw_send_queue_bytes(handle, index))
            return (family, bytes)
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    private func count(_ ports: EphemeralPorts?) {
        unsafe ports?.bits.withUnsafeBufferPointer { bits in
            // Never empty.
            guard let bits = bits.baseAddress else { return }
            unsafe csw_count_destinations(handle, bits)
        }
    }

    private func use(
        of ports: EphemeralPorts, listening: [ListeningSocket]
    ) -> TCPStatistics.EphemeralPortUse {
        TCPStatistics.EphemeralPortUse(
            busiestDestination: unsafe csw_busiest_destination(handle), usedPorts: unsafe csw_used_ports(handle),
            of: ports, listening: listening
        ) { unsafe csw_is_used_port(handle, $0) }
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
            if record.namespace_index == UInt32(CST_OWN_NAMESPACE) {
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
            for number in UInt8(0)..<UInt8(CST_STATES) {
                let sockets = unsafe csw_sockets(handle, index, UInt32(family.index), UInt32(number))
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
#endif
