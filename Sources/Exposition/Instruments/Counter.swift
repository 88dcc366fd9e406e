// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// A count that only grows.
///
/// Any thread may add to it at any time; no addition waits for another, allocates, or is lost.
///
/// A negative amount, NaN and an infinity are no counts: they are ignored, as an exposition with them would be refused and
/// an instrument must not stop the program that it observes.
public final class Counter: Instrument {
    /// Whole amounts are added up in the first word, which is a single instruction, and others in the second.
    private let line = CacheLine()

    /// Makes a counter of 0 that belongs to no registry. ``Registry/counter(_:unit:help:)`` makes one that is exposed.
    public init() {}

    /// The present count.
    public var value: Double { Double(line.first.load(ordering: .relaxed)) + line.second.real }

    public var metricValue: MetricValue {
        let (whole, real) = (line.first.load(ordering: .relaxed), line.second.real)
        return real == 0 ? MetricValue(whole) : MetricValue(Double(whole) + real)
    }

    /// Adds a whole amount; a negative one is ignored.
    public func increment(by amount: Int = 1) {
        guard amount >= 0 else { return }
        line.first.wrappingAdd(UInt64(amount), ordering: .relaxed)
    }

    /// Adds an amount; one that is negative, infinite or NaN is ignored.
    public func increment(by amount: Double) {
        guard amount >= 0, amount.isFinite else { return }
        line.second.add(real: amount)
    }

    /// Begins again from 0, which readers take for a restart. What is added at the same moment may be lost.
    public func reset() {
        line.first.store(0, ordering: .relaxed)
        line.second.store(0, ordering: .relaxed)
    }
}
