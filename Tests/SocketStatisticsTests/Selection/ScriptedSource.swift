// SPDX-License-Identifier: Apache-2.0

import Synchronization

@testable import SocketStatistics

/// A source that works or fails as the test says, and counts how often it was asked.
final class ScriptedSource: TCPStatisticsSource {
    let kind: SourceKind
    let repeats: UInt64
    let rereadChains: UInt64?
    private let state = Mutex((error: SourceError?.none, scans: 0))

    init(_ kind: SourceKind, failing error: SourceError? = nil, repeats: UInt64 = 0, rereadChains: UInt64? = nil) {
        self.kind = kind
        self.repeats = repeats
        self.rereadChains = rereadChains
        state.withLock { $0.error = error }
    }

    var scans: Int { state.withLock { $0.scans } }

    func fail(_ error: SourceError?) {
        state.withLock { $0.error = error }
    }

    func scan() throws(SourceError) -> TCPScan {
        let error = state.withLock { state in
            state.scans += 1
            return state.error
        }
        if let error { throw error }
        return TCPScan(source: kind, statistics: TCPStatistics(), duration: .zero)
    }
}

/// A clock that the test moves.
final class ManualClock: Sendable {
    private let instant = Mutex(ContinuousClock.now)

    var now: ContinuousClock.Instant { instant.withLock { $0 } }

    func advance(by duration: Duration) {
        instant.withLock { $0 = $0.advanced(by: duration) }
    }
}
