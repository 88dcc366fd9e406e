// SPDX-License-Identifier: Apache-2.0

internal import SocketMetrics
internal import Synchronization

/// Adds up over the scrapes how many series were folded into others.
final class FoldedSeriesCounter: Sendable {
    private let total = Mutex(FoldedSeries())

    /// - Returns: the total with these.
    func add(_ folded: FoldedSeries) -> FoldedSeries {
        total.withLock { total in
            total += folded
            return total
        }
    }
}
