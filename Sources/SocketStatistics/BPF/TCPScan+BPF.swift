// SPDX-License-Identifier: Apache-2.0

internal import CSocketWalk

extension TCPScan {
    init(_ counts: csw_counts, duration: Duration) {
        var counts = counts
        var (statistics, unknownStates) = (TCPStatistics(), UInt64(0))
        for family in AddressFamily.allCases {
            for number in UInt8(0)..<UInt8(CSW_STATES) {
                let sockets = unsafe csw_sockets(&counts, family.walkerIndex, UInt32(number))
                // Sockets that are only bound are in another table.
                if let state = TCPState(rawValue: number), state != .boundInactive {
                    statistics.connections[.init(family, state)] = sockets
                } else {
                    unknownStates += sockets
                }
            }
        }
        self.init(
            source: .bpf, statistics: statistics, duration: duration,
            unknown: Unknown(families: counts.unknown_families, states: unknownStates))
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
