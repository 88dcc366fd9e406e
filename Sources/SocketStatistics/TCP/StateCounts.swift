// SPDX-License-Identifier: Apache-2.0

/// TCP sockets by state: those of a local port, or of a network namespace.
///
/// A state that was not counted has no entry.
public struct StateCounts: Sendable, Hashable {
    /// The sockets in each state.
    public var states: [TCPState: UInt64]

    /// Creates counts that were taken elsewhere.
    public init(_ states: [TCPState: UInt64] = [:]) {
        self.states = states
    }

    /// Creates the counts of both address families together.
    public init(of connections: [TCPStatistics.Group: UInt64]) {
        states = Dictionary(connections.map { ($0.key.state, $0.value) }, uniquingKeysWith: +)
    }

    /// The sockets in a state; nil where they were not counted.
    public subscript(state: TCPState) -> UInt64? {
        get { states[state] }
        set { states[state] = newValue }
    }

    /// All sockets counted.
    public var total: UInt64 {
        states.values.reduce(0, +)
    }

    /// All sockets counted except listening ones.
    public var connections: UInt64 {
        total - (states[.listen] ?? 0)
    }

    /// The sums of the states that were counted in both.
    public static func + (left: StateCounts, right: StateCounts) -> StateCounts {
        let common = left.states.filter { right.states[$0.key] != nil }
        return StateCounts(common.merging(right.states.filter { left.states[$0.key] != nil }, uniquingKeysWith: +))
    }
}

extension StateCounts: ExpressibleByDictionaryLiteral {
    /// Creates counts from a literal such as `[.listen: 1, .established: 20]`.
    ///
    /// - Precondition: Each state occurs once.
    public init(dictionaryLiteral elements: (TCPState, UInt64)...) {
        self.init(Dictionary(uniqueKeysWithValues: elements))
    }
}
