// SPDX-License-Identifier: Apache-2.0

/// How values are spread at one moment: a histogram of now, whose counts may fall.
public struct Distribution: Sendable, Hashable {
    /// The greatest value of each bucket, ascending. One more bucket is for whatever is greater.
    public let bounds: [Double]
    /// The values in each bucket alone: one count more than there are bounds.
    public private(set) var counts: [UInt64]
    /// The sum of all values.
    public private(set) var sum: Double

    /// Creates a distribution of counts that were taken elsewhere.
    ///
    /// - Parameters:
    ///   - bounds: The greatest value of each bucket, ascending.
    ///   - counts: The values in each bucket alone. Those left out are 0, and those beyond the last bucket are left out.
    ///   - sum: The sum of all values.
    public init(bounds: [Double], counts: [UInt64] = [], sum: Double = 0) {
        self.bounds = bounds
        let missing = max(bounds.count + 1 - counts.count, 0)
        self.counts = counts.prefix(bounds.count + 1) + [UInt64](repeating: 0, count: missing)
        self.sum = sum
    }

    /// How many values there are.
    public var count: UInt64 { counts.reduce(0, +) }

    /// The value that a part of all values does not exceed, as Prometheus' `histogram_quantile` finds it: with the values
    /// of a bucket spread evenly in it. Nil where there are no values.
    ///
    /// - Parameter part: From 0 to 1.
    public func quantile(_ part: Double) -> Double? {
        guard count > 0, let last = bounds.last else { return nil }
        let rank = part * Double(count)
        var below = 0.0
        for (index, bound) in bounds.enumerated() {
            let inside = Double(counts[index])
            if inside > 0, below + inside >= rank {
                let start = index == 0 ? min(0, bound) : bounds[index - 1]
                return start + (bound - start) * (rank - below) / inside
            }
            below += inside
        }
        return last
    }

    /// The values of both, which have the same bounds.
    public static func + (left: Distribution, right: Distribution) -> Distribution {
        Distribution(bounds: left.bounds, counts: zip(left.counts, right.counts).map(+), sum: left.sum + right.sum)
    }
}
