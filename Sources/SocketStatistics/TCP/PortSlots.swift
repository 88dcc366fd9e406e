// SPDX-License-Identifier: Apache-2.0

internal import CSocketTypes

/// The counter of each local port.
///
/// Sources count in arrays: counter 0 is for ports without a listener, counter 1 for the ports beyond the limit, and
/// each other port has one of its own.
struct PortSlots {
    /// The number of counters.
    static let limit = Int(CST_PORT_SLOTS)
    private static let unlistened = 0
    private static let others = 1

    /// The counter of each of the 65,536 ports.
    let slots: [UInt16]
    /// The ports with a counter of their own, which follow each other from counter 2 on.
    private let ports: ArraySlice<UInt16>
    private let otherPorts: ArraySlice<UInt16>
    private let listening: [ListeningSocket]

    /// - Parameters:
    ///   - listening: the sockets that listen.
    ///   - busyPorts: the ports that get counters of their own first where there are too many: any user may listen on
    ///     thousands.
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

    /// The counts by port, with the listeners.
    ///
    /// - Parameters:
    ///   - withListeners: whether the list of listeners is complete; otherwise their state is left out.
    ///   - count: the sockets that do not listen, by counter and state.
    func breakdown(
        withListeners: Bool = true, _ count: (_ slot: Int, _ state: TCPState) -> UInt64
    ) -> Breakdown<UInt16, StateCounts> {
        var listeners = [UInt64](repeating: 0, count: Self.others + 1 + ports.count)
        for socket in listening {
            listeners[Int(slots[Int(socket.endpoint.port)])] += socket.listener.sockets
        }
        func states(_ slot: Int) -> StateCounts {
            let states = TCPState.allCases.filter { $0 != .boundInactive && (withListeners || $0 != .listen) }
            return StateCounts(
                Dictionary(
                    uniqueKeysWithValues: states.map { ($0, $0 == .listen ? listeners[slot] : count(slot, $0)) }))
        }
        return breakdown(of: states)
    }

    /// What was counted of connections by port, those on ports without a listener too.
    ///
    /// - Parameter counts: what was counted with a counter.
    func portBreakdown<Counts>(_ counts: (_ slot: Int) -> Counts) -> PortBreakdown<Counts> {
        PortBreakdown(listening: breakdown(of: counts), unlistened: counts(Self.unlistened))
    }

    private func breakdown<Counts>(of counts: (_ slot: Int) -> Counts) -> Breakdown<UInt16, Counts> {
        let own = ports.enumerated().map { ($1, counts(Self.others + 1 + $0)) }
        return Breakdown(
            Dictionary(uniqueKeysWithValues: own), others: counts(Self.others), otherKeys: otherPorts.count)
    }
}

extension Breakdown<UInt16, StateCounts> {
    /// The most ports that are remembered as busy.
    private static var busiestLimit: Int { 1000 }

    /// The ports with the most sockets.
    var busiestPorts: Set<UInt16> {
        let totals = counts.map { (port: $0.key, sockets: $0.value.total) }
        guard totals.count > Self.busiestLimit else { return Set(totals.map(\.port)) }
        let sorted = totals.sorted { ($0.sockets, $1.port) > ($1.sockets, $0.port) }
        return Set(sorted.prefix(Self.busiestLimit).map(\.port))
    }
}
