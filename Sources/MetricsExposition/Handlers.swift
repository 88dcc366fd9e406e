// SPDX-License-Identifier: Apache-2.0

internal import CoreMetrics
internal import Exposition

/// What swift-metrics holds of a metric that is exposed.
protocol ExposedHandler {
    /// Stops exposing it.
    func remove()
}

final class TotalHandler: CounterHandler, FloatingPointCounterHandler, ExposedHandler {
    private let series: Series<Exposition.Counter>

    init(_ series: Series<Exposition.Counter>) { self.series = series }

    func increment(by amount: Int64) { series.value.increment(by: Int(clamping: amount)) }
    func increment(by amount: Double) { series.value.increment(by: amount) }
    func reset() { series.value.reset() }
    func remove() { series.remove() }
}

final class GaugeHandler: MeterHandler, RecorderHandler, ExposedHandler {
    private let series: Series<Exposition.Gauge>

    init(_ series: Series<Exposition.Gauge>) { self.series = series }

    func set(_ value: Int64) { series.value.set(value) }
    func set(_ value: Double) { series.value.set(value) }
    func increment(by amount: Double) { series.value.increment(by: amount) }
    func decrement(by amount: Double) { series.value.decrement(by: amount) }
    func record(_ value: Int64) { series.value.set(value) }
    func record(_ value: Double) { series.value.set(value) }
    func remove() { series.remove() }
}

final class HistogramHandler: RecorderHandler, ExposedHandler {
    private let series: Series<Histogram>

    init(_ series: Series<Histogram>) { self.series = series }

    func record(_ value: Int64) { series.value.observe(Double(value)) }
    func record(_ value: Double) { series.value.observe(value) }
    func remove() { series.remove() }
}

final class SecondsHandler: TimerHandler, ExposedHandler {
    private let series: Series<Histogram>

    init(_ series: Series<Histogram>) { self.series = series }

    func recordNanoseconds(_ duration: Int64) { series.value.observe(Double(duration) / 1e9) }
    func remove() { series.remove() }
}
