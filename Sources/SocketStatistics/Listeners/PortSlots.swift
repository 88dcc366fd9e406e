// SPDX-License-Identifier: Apache-2.0

internal import CSocketTypes

/// Which counter the sockets of each local port are counted with.
///
/// Sources count in arrays: counter 0 for ports without a listener, 1 for all beyond the number that is told apart, and
/// one for each of the others.
struct PortSlots {
    /// The number of counters.
    static let limit = Int(CST_PORT_SLOTS)
    private static let others = 1

    /// For each of the 65,536 ports its counter.
    let slots: [UInt16]
    /// The ports with a counter of their own, which follow each other from counter 2 on.
    private let ports: ArraySlice<UInt16>
    private let otherPorts: ArraySlice<UInt16>
    private let listening: [ListeningSocket]

    /// - Parameters:
    ///   - listening: the sockets that listen.
    ///   - busyPorts: those that get a counter of their own before others, where there are too many ports: anybody may listen
    ///     on thousands.
    init(_ listening: [ListeningSocket], preferring busyPorts: Set<UInt16> = [], limit: Int = PortSlots.limit) {
        let sorted = Set(listening.map(\.endpoint.port)).sorted { left, right in
            let (isLeftBusy, isRightBusy) = (busyPorts.contains(left), busyPorts.contains(right))
            return isLeftBusy == isRightBusy ? left < right : isLeftBusy
        }
        var slots = [UInt16](repeating: 0, count: Int(UInt16.max) + 1)
        ports = sorted.prefix(limit - Self.others - 1)
        otherPorts = sorted.dropFirst(ports.count)
        for (index, port) in ports.enumerated() {
            slots[Int(port)] = UInt16(Self.others + 1 + index)
        }
        for port in otherPorts {
            slots[Int(port)] = UInt16(Self.others)
        }
        self.slots = slots
        self.listening = listening
    }

    /// The counters as statistics, together with the listeners themselves.
    ///
    /// - Parameters:
    ///   - withListeners: whether the listeners are all that there are; otherwise their state is left out.
    ///   - count: the sockets that do not listen, by counter and state.
    func statistics(
        withListeners: Bool = true, _ count: (_ slot: Int, _ state: TCPState) -> UInt64
    ) -> PortStatistics {
        var listeners = [UInt64](repeating: 0, count: Self.others + 1 + ports.count)
        for socket in listening {
            listeners[Int(slots[Int(socket.endpoint.port)])] += socket.listener.sockets
        }
        func states(_ slot: Int) -> [TCPState: UInt64] {
            let states = TCPState.allCases.filter { $0 != .boundInactive && (withListeners || $0 != .listen) }
            return Dictionary(
                uniqueKeysWithValues: states.map { ($0, $0 == .listen ? listeners[slot] : count(slot, $0)) })
        }
        let connections = ports.enumerated().map { ($1, states(Self.others + 1 + $0)) }
        return PortStatistics(
            connections: Dictionary(uniqueKeysWithValues: connections), otherPorts: otherPorts.count,
            others: states(Self.others))
    }
}
