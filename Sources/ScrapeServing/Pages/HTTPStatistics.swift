// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Counts the requests of a server. Safe to read from any thread at any time.
public final class HTTPStatistics: Sendable {
    /// The counts at one moment.
    public struct Snapshot: Hashable, Sendable {
        /// How many requests were answered with a status code.
        public struct StatusCount: Hashable, Sendable {
            /// The status code, for example 200.
            public let code: Int
            /// The number of answers since the start.
            public let requests: Int
        }

        /// The answers since the start by status code, in the order of the codes; only codes that occurred.
        public let answered: [StatusCount]
        /// The requests whose head has arrived and whose answer is not yet written.
        public let inFlight: Int
    }

    private struct State {
        var answered: [Int: Int] = [:]
        var inFlight = 0
    }

    private let state = Mutex(State())

    /// Creates statistics that have counted nothing.
    public init() {}

    /// The counts now.
    public func snapshot() -> Snapshot {
        let (answered, inFlight) = state.withLock { ($0.answered, $0.inFlight) }
        return Snapshot(
            answered: answered.sorted { $0.key < $1.key }.map { .init(code: $0.key, requests: $0.value) },
            inFlight: inFlight
        )
    }

    func requestBegan() {
        state.withLock { $0.inFlight += 1 }
    }

    func requestsEnded(_ count: Int) {
        state.withLock { $0.inFlight -= count }
    }

    func answered(code: UInt) {
        state.withLock { $0.answered[Int(code), default: 0] += 1 }
    }
}
