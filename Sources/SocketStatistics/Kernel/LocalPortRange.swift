// SPDX-License-Identifier: Apache-2.0

/// The local ports that the kernel chooses from where a program leaves the choice to it.
struct LocalPortRange: Hashable {
    /// `net.ipv4.ip_local_port_range`.
    var range: ClosedRange<UInt16>
    /// `net.ipv4.ip_local_reserved_ports`: ranges that do not overlap, inside of ``range`` and outside.
    var reserved: [ClosedRange<UInt16>] = []

    /// How many ports of the range are not reserved.
    var count: UInt64 {
        let taken = reserved.filter { $0.overlaps(range) }.map { $0.clamped(to: range).count }
        return UInt64(range.count - taken.reduce(0, +))
    }
}
