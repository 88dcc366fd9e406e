// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// A count that only grows.
///
/// Any thread may add to it at any time; no addition waits for another, allocates, or is lost.
///
/// A negative amount, NaN and an infinity are no counts: they are ignored, as an exposition with them would be refused
/// and an instrument must not stop the program that it observes.
public final class Counter: Instrument {
    private struct Sums: ~Copyable, Sendable {
        /// The sum of whole amounts: to add to it is a single instruction.
        let whole = Atomic<UInt64>(0)
        /// The bits of the sum of other amounts.
        let real = Atomic<UInt64>(0)
    }

    private let line = CacheLine(Sums())

    /// Creates a counter of 0 that belongs to no registry. ``Registry/counter(_:unit:help:)`` creates one that is
    /// exposed.
    public init() {}

    /// The present count.
    public var value: Double { Double(line.words.whole.load(ordering: .relaxed)) + line.words.real.real }

    public var metricValue: MetricValue {
        let (whole, real) = (line.words.whole.load(ordering: .relaxed), line.words.real.real)
        return real == 0 ? MetricValue(whole) : MetricValue(Double(whole) + real)
    }

    /// Adds a whole amount; a negative one is ignored.
    public func increment(by amount: Int = 1) {
        guard amount >= 0 else { return }
        line.words.whole.wrappingAdd(UInt64(amount), ordering: .relaxed)
    }

    /// Adds an amount; one that is negative, infinite or NaN is ignored.
    public func increment(by amount: Double) {
        guard amount >= 0, amount.isFinite else { return }
        line.words.real.add(real: amount)
    }

    /// Begins again from 0, which readers take for a restart. What is added at the same moment may be lost.
    public func reset() {
        line.words.whole.store(0, ordering: .relaxed)
        line.words.real.store(0, ordering: .relaxed)
    }
}
