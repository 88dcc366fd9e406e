// SPDX-License-Identifier: Apache-2.0

/// The upper bounds by which a histogram counts what it observes.
public struct HistogramBuckets: Hashable, Sendable {
    /// The greatest value that each bucket counts, ascending. One more bucket, for whatever is greater, is always there.
    public let upperBounds: [Double]
    /// The bounds as the label `le` holds them, with that of the last bucket, in UTF-8.
    let rendered: [[UInt8]]

    /// Makes buckets whose bounds come from outside the program.
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

    /// For times in seconds, from 5 milliseconds to 10 seconds: what Prometheus' client libraries begin with.
    public static let `default`: HistogramBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
}

extension HistogramBuckets {
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
    /// Makes buckets whose bounds are written in the program.
    ///
    /// - Precondition: the bounds satisfy ``init(_:)``.
    public init(arrayLiteral upperBounds: Double...) {
        do {
            try self.init(upperBounds)
        } catch {
            preconditionFailure(error.description)
        }
    }
}
