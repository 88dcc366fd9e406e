// SPDX-License-Identifier: Apache-2.0

/// The sums that one or more proc files add up to, in plain arrays: the parser adds to them for each line.
struct ProcTCPTally: ~Copyable {
    private static let timers = 5

    private var connections = [2 of [14 of UInt64]](repeating: [14 of UInt64](repeating: 0))
    private var receiveBytes = [2 of UInt64](repeating: 0)
    private var sendBytes = [2 of UInt64](repeating: 0)
    private var timers = [5 of UInt64](repeating: 0)
    private var unknownStates: UInt64 = 0
    private var unknownTimers: UInt64 = 0

    /// Adds one line's socket.
    mutating func add(_ family: AddressFamily, state: UInt64, sendBytes: UInt64, receiveBytes: UInt64, timer: UInt64) {
        guard let known = UInt8(exactly: state).flatMap(TCPState.init), known != .boundInactive else {
            unknownStates += 1
            return
        }
        let index = family.tallyIndex
        connections[index][Int(known.rawValue)] += 1
        if timer < UInt64(Self.timers) {
            timers[Int(timer)] += 1
        } else {
            unknownTimers += 1
        }
        // A listener's receive queue is its accept backlog: connections, not bytes.
        if known != .listen {
            self.sendBytes[index] += sendBytes
            self.receiveBytes[index] += receiveBytes
        }
    }

    /// The sums as statistics. The proc files do not tell of sockets that are only bound.
    var statistics: TCPStatistics {
        var result = TCPStatistics()
        for family in AddressFamily.allCases {
            let index = family.tallyIndex
            for state in TCPState.allCases where state != .boundInactive {
                result.connections[.init(family, state)] = connections[index][Int(state.rawValue)]
            }
            result.queueBytes[family] = .init(receive: receiveBytes[index], send: sendBytes[index])
        }
        for timer in TCPTimer.allCases {
            result.timers[timer] = timers[Int(timer.rawValue)]
        }
        return result
    }

    var unknown: TCPScan.Unknown {
        TCPScan.Unknown(states: unknownStates, timers: unknownTimers)
    }
}

extension AddressFamily {
    fileprivate var tallyIndex: Int {
        switch self {
        case .ipv4: 0
        case .ipv6: 1
        }
    }
}
