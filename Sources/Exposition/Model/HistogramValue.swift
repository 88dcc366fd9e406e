// SPDX-License-Identifier: Apache-2.0

/// What a histogram has observed, or a gauge histogram holds now: how many values in each bucket, and their sum.
public struct HistogramValue: Hashable, Sendable {
    /// The bounds of the buckets.
    public let buckets: HistogramBuckets
    /// The values in each bucket alone; the last is for those above every bound.
    public let counts: [UInt64]
    /// The sum of all values.
    public let sum: Double

    /// Creates a value of counts that were taken elsewhere.
    ///
    /// - Parameters:
    ///   - buckets: The bounds of the buckets.
    ///   - counts: For each bucket alone, not with those below it. Those left out are 0. Where there are more than
    ///     buckets, nothing is exposed, and a ``Registry`` reports a failure.
    ///   - sum: The sum of all values.
    public init(_ buckets: HistogramBuckets, counts: [UInt64], sum: Double) {
        let missing = max(buckets.count - counts.count, 0)
        self.buckets = buckets
        self.counts = counts + [UInt64](repeating: 0, count: missing)
        self.sum = sum
    }

    /// The number of all values.
    public var count: UInt64 { counts.reduce(0, &+) }

    /// Whether there is a count for each bucket.
    var fitsBuckets: Bool { counts.count == buckets.count }
}
