// SPDX-License-Identifier: Apache-2.0

/// The TCP sockets of a network namespace, counted: the result of a scan, the same from each source.
///
/// What a source cannot know is absent, never zero.
public struct TCPStatistics: Sendable, Hashable {
    /// The sockets counted together.
    public struct Group: Sendable, Hashable {
        public var family: AddressFamily
        public var state: TCPState

        public init(_ family: AddressFamily, _ state: TCPState) {
            self.family = family
            self.state = state
        }
    }

    /// The bytes in the queues of the sockets of a family. Listeners have none: their queues hold connections.
    public struct QueueBytes: Sendable, Hashable {
        /// Received and not yet read by the application.
        public var receive: UInt64
        /// Written by the application and not yet acknowledged by the peer.
        public var send: UInt64

        public init(receive: UInt64, send: UInt64) {
            self.receive = receive
            self.send = send
        }
    }

    /// Sockets by family and state. A state that was not counted has no entry.
    public var connections: [Group: UInt64]
    /// Bytes in queues by family.
    public var queueBytes: [AddressFamily: QueueBytes]
    /// Sockets by the timer they wait for.
    public var timers: [TCPTimer: UInt64]

    public init(
        connections: [Group: UInt64] = [:],
        queueBytes: [AddressFamily: QueueBytes] = [:],
        timers: [TCPTimer: UInt64] = [:]
    ) {
        self.connections = connections
        self.queueBytes = queueBytes
        self.timers = timers
    }

    /// Sockets of a family in a state; nil where they were not counted.
    public subscript(family: AddressFamily, state: TCPState) -> UInt64? {
        connections[Group(family, state)]
    }

    /// Sockets of both families in a state; nil where they were not counted.
    public subscript(state: TCPState) -> UInt64? {
        let counts = AddressFamily.allCases.compactMap { self[$0, state] }
        return counts.isEmpty ? nil : counts.reduce(0, +)
    }

    /// All sockets counted.
    public var total: UInt64 {
        connections.values.reduce(0, +)
    }
}
