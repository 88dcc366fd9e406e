// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// A value that goes up and down.
///
/// Any thread may change it at any time; no change waits for another, allocates, or is lost.
public final class Gauge: Instrument {
    /// The value's bits.
    private let line = CacheLine(Atomic<UInt64>(0))

    /// Creates a gauge of 0 that belongs to no registry. ``Registry/gauge(_:unit:help:)`` creates one that is exposed.
    public init() {}

    /// The present value.
    public var value: Double { line.words.real }

    public var metricValue: MetricValue { MetricValue(value) }

    /// Replaces the value.
    public func set(_ value: Double) {
        line.words.store(value.bitPattern, ordering: .relaxed)
    }

    /// Replaces the value with a whole number; one of more than 53 bits is rounded.
    @inlinable
    public func set(_ value: some BinaryInteger) {
        set(Double(value))
    }

    /// Adds to the value.
    public func increment(by amount: Double = 1) {
        line.words.add(real: amount)
    }

    /// Subtracts from the value.
    public func decrement(by amount: Double = 1) {
        line.words.add(real: -amount)
    }
}
