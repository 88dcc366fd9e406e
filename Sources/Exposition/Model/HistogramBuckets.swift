// SPDX-License-Identifier: Apache-2.0

/// The upper bounds by which a histogram counts what it observes.
public struct HistogramBuckets: Hashable, Sendable {
    /// The greatest value that each bucket counts, ascending. One more bucket, for whatever is greater, is always
    /// there.
    public let upperBounds: [Double]
    /// The bounds as the label `le` holds them, with that of the last bucket, in UTF-8.
    let rendered: [[UInt8]]

    /// Creates buckets whose bounds come from outside the program.
    ///
    /// - Throws: ``MetricError/invalidBuckets(_:)`` where a bound is not finite or not greater than the one before.
    public init(_ upperBounds: [Double]) throws(MetricError) {
        guard upperBounds.allSatisfy(\.isFinite), zip(upperBounds, upperBounds.dropFirst()).allSatisfy(<) else {
            throw .invalidBuckets(upperBounds)
        }
        self.upperBounds = upperBounds.map { $0 + 0 }  // makes 0 of -0
        self.rendered = (self.upperBounds + [.infinity]).map { bound in
            var text: [UInt8] = []
            text.append(canonical: bound)
            return text
        }
    }

    /// Creates buckets whose bounds the program computes.
    ///
    /// - Precondition: the bounds satisfy ``init(_:)``.
    package init(computed upperBounds: [Double]) {
        do {
            try self.init(upperBounds)
        } catch {
            preconditionFailure(error.description)
        }
    }

    /// For times in seconds, from 5 milliseconds to 10 seconds: what Prometheus' client libraries begin with.
    public static let `default`: HistogramBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
}

extension HistogramBuckets {
    /// Creates bounds each of which is the one before times a factor, for example 0.001, 0.002, 0.004.
    ///
    /// - Parameters:
    ///   - start: The first bound, greater than 0.
    ///   - factor: Greater than 1.
    ///   - count: The number of bounds, 1 to 1,000. The last bucket comes in addition.
    /// - Throws: ``MetricError`` where a parameter or a bound is not valid.
    public static func exponential(start: Double, factor: Double, count: Int) throws(MetricError) -> HistogramBuckets {
        guard start > 0, factor > 1, countsAllowed.contains(count) else {
            throw .invalidBuckets(
                "exponential buckets cannot have the start \(start), the factor \(factor) and the count \(count): give a "
                    + "start greater than 0, a factor greater than 1 and a count of 1 to \(countsAllowed.upperBound)")
        }
        var bounds = [start]
        while bounds.count < count { bounds.append(bounds[bounds.count - 1] * factor) }
        return try HistogramBuckets(bounds)
    }

    /// Creates bounds at equal distances, for example 10, 20, 30.
    ///
    /// - Parameters:
    ///   - start: The first bound.
    ///   - width: The distance, greater than 0.
    ///   - count: The number of bounds, 1 to 1,000. The last bucket comes in addition.
    /// - Throws: ``MetricError`` where a parameter or a bound is not valid.
    public static func linear(start: Double, width: Double, count: Int) throws(MetricError) -> HistogramBuckets {
        guard start.isFinite, width > 0, countsAllowed.contains(count) else {
            throw .invalidBuckets(
                "linear buckets cannot have the start \(start), the width \(width) and the count \(count): give a finite "
                    + "start, a width greater than 0 and a count of 1 to \(countsAllowed.upperBound)")
        }
        return try HistogramBuckets((0..<count).map { start + Double($0) * width })
    }

    /// Each bound is a series for each set of labels.
    private static let countsAllowed = 1...1000
}

extension HistogramBuckets {
    /// The number of buckets, with the last one.
    var count: Int { rendered.count }

    /// Whether a value below zero may be in a bucket of its own: then the sum may fall, and is no count.
    var hasNegativeBound: Bool { (upperBounds.first ?? 0) < 0 }

    /// The bucket that counts a value, which is not NaN.
    func index(of value: Double) -> Int {
        var (low, high) = (0, upperBounds.count)
        while low < high {
            let middle = (low + high) / 2
            if value <= upperBounds[middle] { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

extension HistogramBuckets: ExpressibleByArrayLiteral {
    /// Creates buckets whose bounds are written in the program.
    ///
    /// - Precondition: the bounds satisfy ``init(_:)``.
    public init(arrayLiteral upperBounds: Double...) {
        self.init(computed: upperBounds)
    }
}
