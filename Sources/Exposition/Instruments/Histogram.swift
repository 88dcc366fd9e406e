// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Observations, counted by size in buckets, with their sum.
///
/// Any thread may observe at any time; no observation waits for another or for a scrape, allocates, or is lost. What is
/// read is consistent: the count is that of all buckets, and the sum is that of the same observations.
public final class Histogram: Instrument {
    /// The bounds of the buckets.
    public let buckets: HistogramBuckets

    // Observations go to one of two sets, the hot one. A reader makes the other one hot, waits for the observations
    // that began in the first, each of which takes some nanoseconds, and then has it for itself: it reads it, and adds
    // it to the one that is hot now. (Prometheus' Go client does the same.)

    /// In the highest bit which set is hot, in the others the observations that began.
    private let begun = CacheLine(Atomic<UInt64>(0))
    private let sets: [HistogramSet]
    private let reading = Mutex<Void>(())

    private static let setBit: UInt64 = 1 << 63

    /// Creates a histogram without observations that belongs to no registry.
    /// ``Registry/histogram(_:buckets:unit:help:)`` creates one that is exposed.
    public init(buckets: HistogramBuckets = .default) {
        self.buckets = buckets
        sets = [HistogramSet(buckets: buckets.count), HistogramSet(buckets: buckets.count)]
    }

    /// The observations until now.
    public var value: HistogramValue {
        reading.withLock { _ in
            let before = begun.words.wrappingAdd(Self.setBit, ordering: .acquiringAndReleasing).oldValue
            let isSecond = before & Self.setBit != 0
            let (cold, hot) = isSecond ? (sets[1], sets[0]) : (sets[0], sets[1])
            cold.awaitObservations(before & ~Self.setBit)
            let value = HistogramValue(buckets, counts: cold.counts, sum: cold.sum)
            hot.take(cold)
            return value
        }
    }

    public var metricValue: MetricValue { .histogram(value) }

    /// Counts a value in the first bucket whose bound is not less. NaN is no measurement, and is ignored.
    public func observe(_ value: Double) {
        guard !value.isNaN else { return }
        let index = buckets.index(of: value)
        let before = begun.words.wrappingAdd(1, ordering: .acquiringAndReleasing).oldValue
        sets[before & Self.setBit == 0 ? 0 : 1].observe(value, in: index)
    }

    /// Counts a time in seconds, which the bounds and the unit of the histogram should be as well.
    public func observe(_ duration: Duration) {
        observe(duration / .seconds(1))
    }

    /// Runs a closure and counts how long it took, in seconds, whether it throws or not.
    ///
    /// - Returns: What the closure returns.
    public func time<Value, Failure: Error>(_ body: () throws(Failure) -> Value) throws(Failure) -> Value {
        let start = ContinuousClock.now
        defer { observe(start.duration(to: .now)) }
        return try body()
    }

    /// Runs an asynchronous closure and counts how long it took, in seconds, whether it throws or not.
    ///
    /// - Returns: What the closure returns.
    public func time<Value, Failure: Error>(
        isolation: isolated (any Actor)? = #isolation, _ body: () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let start = ContinuousClock.now
        defer { observe(start.duration(to: .now)) }
        return try await body()
    }
}
