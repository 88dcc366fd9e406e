// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Synchronization

/// One of the two sets of counts of a histogram.
final class HistogramSet: Sendable {
    private struct Totals: ~Copyable, Sendable {
        /// The bits of the sum of all observations.
        let sum = Atomic<UInt64>(0)
        /// The number of observations that are complete.
        let complete = Atomic<UInt64>(0)
    }

    private let line = CacheLine(Totals())
    private let buckets: AtomicCounts

    init(buckets: Int) {
        self.buckets = AtomicCounts(buckets)
    }

    /// Adds an observation.
    func observe(_ value: Double, in bucket: Int) {
        buckets.add(1, at: bucket)
        line.words.sum.add(real: value)
        // Last, and with all before: who reads this number reads the rest.
        line.words.complete.wrappingAdd(1, ordering: .releasing)
    }

    /// Comes back when as many observations are complete.
    func awaitObservations(_ count: UInt64) {
        while line.words.complete.load(ordering: .acquiring) != count {
            sched_yield()
        }
    }

    var counts: [UInt64] { buckets.values }

    var sum: Double { line.words.sum.real }

    /// Adds what another set holds, which nobody else uses, and empties that.
    func take(_ other: HistogramSet) {
        for (index, count) in other.counts.enumerated() where count > 0 {
            buckets.add(count, at: index)
        }
        line.words.sum.add(real: other.sum)
        line.words.complete.wrappingAdd(other.line.words.complete.load(ordering: .relaxed), ordering: .releasing)
        other.buckets.clear()
        other.line.words.sum.store(0, ordering: .relaxed)
        other.line.words.complete.store(0, ordering: .relaxed)
    }
}
