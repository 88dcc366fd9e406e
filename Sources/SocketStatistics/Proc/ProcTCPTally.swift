// SPDX-License-Identifier: Apache-2.0

/// The fields of one line.
struct ProcTCPSocket {
    var port: UInt64 = 0
    var state: UInt64 = 0
    var sendBytes: UInt64 = 0
    var receiveBytes: UInt64 = 0
    var timer: UInt64 = 0
    /// 0 where it was not read, and for a socket without an owner.
    var inode: UInt64 = 0
    /// Read only in state SYN_RECV: 0 for a connection request.
    var references: UInt64 = 0
}

/// The sums that one or more proc files add up to, in plain arrays: the parser adds to them for each line.
struct ProcTCPTally: ~Copyable {
    private static let timers = 5

    private var connections = [2 of [14 of UInt64]](repeating: [14 of UInt64](repeating: 0))
    private var receiveBytes = [2 of UInt64](repeating: 0)
    private var sendBytes = [2 of UInt64](repeating: 0)
    private var timers = [5 of UInt64](repeating: 0)
    private var requests: UInt64 = 0
    private var unknownStates: UInt64 = 0
    private var unknownTimers: UInt64 = 0
    /// Sockets that were not to be counted.
    private(set) var unselected: UInt64 = 0
    /// The local ports of the listeners.
    private(set) var listeningPorts: Set<UInt16> = []
    private let selected: SelectedSockets?

    /// - Parameter selected: the sockets to count; nil for all.
    init(_ selected: SelectedSockets? = nil) {
        self.selected = selected
    }

    /// Adds one line's socket.
    mutating func add(_ family: AddressFamily, _ socket: ProcTCPSocket) {
        let port = UInt16(truncatingIfNeeded: socket.port)
        if let selected, !selected.contains(inode: UInt32(exactly: socket.inode) ?? 0, port: port) {
            unselected += 1
            return
        }
        guard let known = UInt8(exactly: socket.state).flatMap(TCPState.init), known != .boundInactive else {
            unknownStates += 1
            return
        }
        let index = family.index
        connections[index][Int(known.rawValue)] += 1
        if known == .synReceived, socket.references == 0 {
            requests += 1
        }
        if socket.timer < UInt64(Self.timers) {
            timers[Int(socket.timer)] += 1
        } else {
            unknownTimers += 1
        }
        // A listener's receive queue is its accept backlog: connections, not bytes.
        if known == .listen {
            listeningPorts.insert(port)
        } else {
            sendBytes[index] += socket.sendBytes
            receiveBytes[index] += socket.receiveBytes
        }
    }

    /// The sums as statistics. The proc files do not list sockets that are only bound.
    var statistics: TCPStatistics {
        var result = TCPStatistics(requests: requests)
        var queueBytes: [AddressFamily: TCPStatistics.QueueBytes] = [:]
        for family in AddressFamily.allCases {
            let index = family.index
            for state in TCPState.allCases where state != .boundInactive {
                result.connections[.init(family, state)] = connections[index][Int(state.rawValue)]
            }
            queueBytes[family] = .init(receive: receiveBytes[index], send: sendBytes[index])
        }
        result.queueBytes = queueBytes
        result.timers = Dictionary(uniqueKeysWithValues: TCPTimer.allCases.map { ($0, timers[Int($0.rawValue)]) })
        return result
    }

    var unknown: UnknownCounts {
        UnknownCounts(states: unknownStates, timers: unknownTimers)
    }
}
