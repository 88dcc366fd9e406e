// SPDX-License-Identifier: Apache-2.0

#if BPF
internal import CSocketTypes
internal import CSocketWalk

extension SocketWalker {
    /// Begins a scan of UDP sockets and goes no further.
    ///
    /// - Throws: Why this kernel's table of them cannot be walked.
    func checkUDP() throws(Failure) {
        try begin(CSW_UDP, Limits(deadline: nil, latestEnd: 0, foreignNanoseconds: 0), byNamespace: false)
    }

    /// Counts all UDP sockets that the calling thread's network namespace has, and those of other namespaces: one by one,
    /// or together.
    func walkUDP(byNamespace: Bool, _ limits: Limits) throws(Failure) -> UDPWalk {
        try begin(CSW_UDP, limits, byNamespace: byNamespace)
        var error = unsafe csw_error()
        guard unsafe csw_walk_udp(handle, &error) else {
            throw unsafe Failure(error)
        }
        let summary = unsafe csw_summary(handle)
        let count = unsafe csw_namespaces(handle)
        return UDPWalk(
            summary: summary,
            queueBytes: summary.lacks_queues ? nil : udpQueueBytes,
            drops: summary.lacks_drops ? nil : udpDrops,
            own: udpNamespace(at: Int(CST_OWN_NAMESPACE)),
            others: udpNamespace(at: Int(CST_OTHER_NAMESPACES)),
            foreign: (min(count, Int(CST_FIRST_FOREIGN_NAMESPACE))..<count).map { udpNamespace(at: $0) })
    }

    private var udpQueueBytes: [AddressFamily: UDPStatistics.QueueBytes] {
        let pairs = AddressFamily.allCases.map { family in
            let index = UInt32(family.index)
            let bytes = unsafe UDPStatistics.QueueBytes(
                receive: csw_receive_queue_bytes(handle, index), send: csw_send_queue_bytes(handle, index))
            return (family, bytes)
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    private var udpDrops: [UDPStatistics.Port: UInt64] {
        var drops: [UDPStatistics.Port: UInt64] = [:]
        for index in unsafe 0..<csw_udp_ports(handle) {
            let record = unsafe csw_udp_port(handle, index)
            let family = Int(record.family) == AddressFamily.ipv6.index ? AddressFamily.ipv6 : .ipv4
            drops[.init(family, record.port), default: 0] += record.drops
        }
        return drops
    }

    private func udpNamespace(at index: Int) -> UDPWalk.Namespace {
        let place = unsafe csw_namespace(handle, index)
        var namespace = UDPWalk.Namespace(
            inode: place.inode, cookie: place.cookie == 0 ? nil : place.cookie,
            cgroup: place.cgroup == 0 ? nil : place.cgroup, isIncomplete: place.is_incomplete,
            isOfTenant: place.is_of_tenant)
        for family in AddressFamily.allCases {
            for number in UInt32(0)..<UInt32(CST_STATES) {
                let sockets = unsafe csw_sockets(handle, index, UInt32(family.index), number)
                switch Int(number) {
                case Int(CST_ESTABLISHED): namespace.sockets[.init(family, .established)] = sockets
                case Int(CST_CLOSE): namespace.sockets[.init(family, .close)] = sockets
                default: namespace.unknownStates += sockets
                }
            }
        }
        return namespace
    }
}
#endif
