// SPDX-License-Identifier: Apache-2.0

internal import SocketStatistics
internal import Synchronization

/// How many series were folded into others, by metric.
struct FoldedSeries: Sendable, Hashable {
    var listeners: UInt64 = 0
    var ports: UInt64 = 0
    var namespaces: UInt64 = 0

    mutating func add(_ folded: FoldedTCP) {
        let states = TCPState.allCases.count - 1
        listeners += UInt64(folded.listeners?.restCount ?? 0)
        ports += UInt64((folded.ports?.restCount ?? 0) * states)
        namespaces += UInt64((folded.namespaces?.restCount ?? 0) * states)
    }
}

/// Adds them up over the scrapes.
final class FoldedSeriesCounter: Sendable {
    private let total = Mutex(FoldedSeries())

    /// - Returns: the total with these.
    func add(_ folded: FoldedTCP?) -> FoldedSeries {
        total.withLock { total in
            if let folded {
                total.add(folded)
            }
            return total
        }
    }
}
