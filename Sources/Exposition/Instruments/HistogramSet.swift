// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// One of the two sets of counts of a histogram.
final class HistogramSet: Sendable {
    /// The first word holds the bits of the sum, the second the number of observations that are complete.
    private let line = CacheLine()
    private let buckets: AtomicCounts

    init(buckets: Int) {
        self.buckets = AtomicCounts(buckets)
    }

    /// Adds an observation.
    func observe(_ value: Double, in bucket: Int) {
        buckets.add(1, at: bucket)
        line.first.add(real: value)
        // Last, and with all before: who reads this number reads the rest.
        line.second.wrappingAdd(1, ordering: .releasing)
    }

    /// Comes back when as many observations are complete.
    func awaitObservations(_ count: UInt64) {
        while line.second.load(ordering: .acquiring) != count {
            sched_yield()
        }
    }

    var counts: [UInt64] { buckets.values }

    var sum: Double { line.first.real }

    /// Adds what another set holds, which nobody else uses, and empties that.
    func take(_ other: HistogramSet) {
        for (index, count) in other.counts.enumerated() where count > 0 {
            buckets.add(count, at: index)
        }
        line.first.add(real: other.sum)
        line.second.wrappingAdd(other.line.second.load(ordering: .relaxed), ordering: .releasing)
        other.buckets.clear()
        other.line.first.store(0, ordering: .relaxed)
        other.line.second.store(0, ordering: .relaxed)
    }
}
