// SPDX-License-Identifier: Apache-2.0

import Synchronization

@testable import SocketStatistics

/// A source that works or fails as the test says, and counts how often it was asked.
final class ScriptedSource: StatisticsSource {
    private struct State {
        var error: SourceError?
        var prepareError: SourceError?
        var scans = 0
        var preparations = 0
        var deadlines: [ContinuousClock.Instant?] = []
    }

    let kind: SourceKind
    private let effort: ScanEffort
    private let state: Mutex<State>

    init(
        _ kind: SourceKind, failing error: SourceError? = nil, unprepared prepareError: SourceError? = nil,
        effort: ScanEffort = ScanEffort()
    ) {
        self.kind = kind
        self.effort = effort
        state = Mutex(State(error: error, prepareError: prepareError))
    }

    var scans: Int { state.withLock { $0.scans } }
    var preparations: Int { state.withLock { $0.preparations } }
    /// The deadline of each scan.
    var deadlines: [ContinuousClock.Instant?] { state.withLock { $0.deadlines } }

    func fail(_ error: SourceError?) {
        state.withLock { $0.error = error }
    }

    func prepare() throws(SourceError) {
        let error = state.withLock { state in
            state.preparations += 1
            return state.prepareError
        }
        if let error { throw error.with(effort) }
    }

    func scan(until deadline: ContinuousClock.Instant?) throws(SourceError) -> TCPScan {
        let error = state.withLock { state in
            state.scans += 1
            state.deadlines.append(deadline)
            return state.error
        }
        if let error { throw error.with(effort) }
        return Scan(TCPStatistics(), source: kind, duration: .zero, effort: effort)
    }
}

/// A clock that the test moves, or that moves by itself each time it is looked at.
final class ManualClock: Sendable {
    private let instant = Mutex(ContinuousClock.now)
    private let step: Duration

    init(step: Duration = .zero) {
        self.step = step
    }

    var now: ContinuousClock.Instant {
        instant.withLock { instant in
            instant = instant.advanced(by: step)
            return instant
        }
    }

    func advance(by duration: Duration) {
        instant.withLock { $0 = $0.advanced(by: duration) }
    }
}
