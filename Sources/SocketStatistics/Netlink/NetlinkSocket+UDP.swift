// SPDX-License-Identifier: Apache-2.0

internal import CNetlink
internal import CSocketTypes
internal import SystemPackage

extension NetlinkSocket {
    /// What the kernel tells of the UDP sockets of a network namespace.
    struct UDPAnswer {
        var counts: cnl_udp_counts
        /// Drops by bound port; nil where the kernel did not report those of each socket.
        var drops: [UDPStatistics.Port: UInt64]?
    }

    /// Finds out whether the kernel knows UDP sockets, by asking for those in no state at all.
    func probeUDP() throws(Failure) {
        var counts = cnl_udp_counts()
        try unsafe dumpUDP(.ipv4, states: 0, into: &counts, ports: nil)
    }

    /// Counts the UDP sockets of both families, and the drops by port.
    func countUDP() throws(Failure) -> UDPAnswer {
        let ports = try NetlinkUDPPorts()
        var counts = cnl_udp_counts()
        for family in AddressFamily.allCases {
            try unsafe dumpUDP(family, states: .max, into: &counts, ports: ports.handle)
        }
        return UDPAnswer(counts: counts, drops: counts.unknown_drops == 0 ? ports.drops : nil)
    }

    /// Counts the UDP sockets of both families without their ports, which takes shorter messages.
    func countUDPByState() throws(Failure) -> cnl_udp_counts {
        var counts = cnl_udp_counts()
        for family in AddressFamily.allCases {
            try unsafe dumpUDP(family, states: .max, into: &counts, ports: nil)
        }
        return counts
    }

    /// Adds the sockets to the counts, which are partial when it throws.
    private func dumpUDP(
        _ family: AddressFamily, states: UInt32, into counts: inout cnl_udp_counts, ports: OpaquePointer?
    ) throws(Failure) {
        var request = unsafe cnl_udp_request(family: UInt32(family.index), states: states, ports: ports)
        var error = unsafe cnl_error()
        guard unsafe cnl_udp_dump(handle, &request, &counts, &error) else {
            throw unsafe Failure(error)
        }
    }
}

/// The bound ports and their drops, freed when they go out of scope.
@safe
private struct NetlinkUDPPorts: ~Copyable {
    fileprivate let handle: OpaquePointer

    init() throws(NetlinkSocket.Failure) {
        guard let handle = unsafe cnl_udp_ports_new() else {
            throw NetlinkSocket.Failure(reason: CNL_SYSTEM_CALL_FAILED, errno: .noMemory, call: "mmap")
        }
        unsafe self.handle = handle
    }

    deinit {
        unsafe cnl_udp_ports_free(handle)
    }

    var drops: [UDPStatistics.Port: UInt64] {
        var drops: [UDPStatistics.Port: UInt64] = [:]
        drops.reserveCapacity(unsafe cnl_udp_ports_count(handle))
        for family in AddressFamily.allCases {
            let index = UInt32(family.index)
            var port = unsafe cnl_udp_bound_port(handle, index, 0)
            // Beyond the last one where there is none.
            while let number = UInt16(exactly: port) {
                drops[.init(family, number)] = unsafe cnl_udp_port_drops(handle, index, port)
                port = unsafe cnl_udp_bound_port(handle, index, port + 1)
            }
        }
        return drops
    }
}
