// SPDX-License-Identifier: Apache-2.0

/// TCP sockets by local port, for the ports that have a listener.
///
/// All sockets with the port are counted, those too that another program opened from it to somewhere else.
public struct PortStatistics: Sendable, Hashable {
    /// Sockets by port and state; each state is there.
    public var connections: [UInt16: [TCPState: UInt64]]
    /// How many ports more there are, beyond the number that is told apart.
    public var otherPorts: Int
    /// The sockets of those, by state.
    public var others: [TCPState: UInt64]

    /// Makes statistics of counts that were taken elsewhere.
    public init(
        connections: [UInt16: [TCPState: UInt64]] = [:], otherPorts: Int = 0, others: [TCPState: UInt64] = [:]
    ) {
        self.connections = connections
        self.otherPorts = otherPorts
        self.others = others
    }
}

extension PortStatistics {
    /// How many ports are remembered as busy.
    private static let busiestLimit = 1000

    /// The ports with the most sockets.
    var busiest: Set<UInt16> {
        let totals = connections.map { (port: $0.key, sockets: $0.value.values.reduce(0, +)) }
        guard totals.count > Self.busiestLimit else { return Set(totals.map(\.port)) }
        let sorted = totals.sorted { ($0.sockets, $1.port) > ($1.sockets, $0.port) }
        return Set(sorted.prefix(Self.busiestLimit).map(\.port))
    }
}
