// SPDX-License-Identifier: Apache-2.0

public import CoreMetrics
public import Exposition
internal import Synchronization

/// Exposes through a registry what a program measures with swift-metrics.
///
/// A metric of swift-metrics that cannot be exposed is dropped: its updates go nowhere, `swift_metrics_dropped_total`
/// counts it, and `onDrop` is called with the reason. The program goes on.
public final class RegistryMetricsFactory: MetricsFactory {
    private let registry: Registry
    private let configuration: Configuration
    private let onDrop: @Sendable (DroppedMetric) -> Void
    private let dropped: Labeled<Exposition.Counter>
    /// Of what `onDrop` has heard: middleware may ask for a metric at each request. It hears of so many and no more.
    private let reported = Mutex<Set<String>>([])
    private static let maximumReports = 1000
    /// The families by the name under which they are exposed; each is a ``SeriesFamily``.
    private let families = Mutex<[String: any Sendable]>([:])

    /// Creates a factory for `MetricsSystem.bootstrap(_:)`.
    ///
    /// - Parameters:
    ///   - registry: Has the metrics from now on, beside any others.
    ///   - configuration: The buckets and limits.
    ///   - onDrop: Hears once of each name for which a metric cannot be exposed, for each reason. Do not make metrics
    ///     in it.
    /// - Throws: A `MetricError` where the registry has a metric `swift_metrics_dropped_total`, for example
    ///   that of another factory.
    public init(
        _ registry: Registry, configuration: Configuration = Configuration(),
        onDrop: @escaping @Sendable (DroppedMetric) -> Void = { _ in }
    ) throws(MetricError) {
        self.registry = registry
        self.configuration = configuration
        self.onDrop = onDrop
        dropped = try registry.counter(
            "swift_metrics_dropped_total", labels: ["reason"],
            help: "Requests for metrics of swift-metrics that cannot be exposed, by reason.")
        for reason in DroppedMetric.Reason.allCases {
            _ = try dropped.labels(reason.rawValue)
        }
    }

    /// Creates a counter, exposed with `_total` at the end of its name.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        counter(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    /// Creates a counter, exposed with `_total` at the end of its name; it may share its series with one of whole
    /// numbers.
    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        counter(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    /// Creates a meter, exposed as a gauge.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gauge(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    /// Creates a recorder: one that aggregates is exposed as a histogram, and one that does not as a gauge of the last
    /// value.
    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        guard aggregate else { return gauge(label, dimensions) ?? NOOPMetricsHandler.instance }
        let buckets = configuration.buckets[label] ?? configuration.recorderBuckets
        let series = series(MetricName.of(label), .histogram, label, dimensions, buckets: buckets) {
            Histogram(buckets: buckets)
        }
        return series.map(HistogramHandler.init) ?? NOOPMetricsHandler.instance
    }

    /// Creates a timer, exposed as a histogram in seconds, with `_seconds` at the end of its name.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let buckets = configuration.buckets[label] ?? configuration.timerBuckets
        let name = MetricName.of(label, suffix: "_seconds")
        let series = series(name, .histogram, label, dimensions, unit: "seconds", buckets: buckets) {
            Histogram(buckets: buckets)
        }
        return series.map(SecondsHandler.init) ?? NOOPMetricsHandler.instance
    }

    /// Stops exposing the counter's series. It begins again from 0 when it is made again.
    public func destroyCounter(_ handler: any CounterHandler) {
        (handler as? any ExposedHandler)?.remove()
    }

    /// Stops exposing the counter's series. It begins again from 0 when it is made again.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {
        (handler as? any ExposedHandler)?.remove()
    }

    /// Stops exposing the meter's series.
    public func destroyMeter(_ handler: any MeterHandler) {
        (handler as? any ExposedHandler)?.remove()
    }

    /// Stops exposing the recorder's series.
    public func destroyRecorder(_ handler: any RecorderHandler) {
        (handler as? any ExposedHandler)?.remove()
    }

    /// Stops exposing the timer's series.
    public func destroyTimer(_ handler: any TimerHandler) {
        (handler as? any ExposedHandler)?.remove()
    }

    private func counter(_ label: String, _ dimensions: [(String, String)]) -> TotalHandler? {
        let name = MetricName.of(label, suffix: "_total")
        return series(name, .counter, label, dimensions) { Exposition.Counter() }.map(TotalHandler.init)
    }

    private func gauge(_ label: String, _ dimensions: [(String, String)]) -> GaugeHandler? {
        series(MetricName.of(label), .gauge, label, dimensions) { Exposition.Gauge() }.map(GaugeHandler.init)
    }

    private func drop(_ metric: DroppedMetric, _ name: String) {
        (try? dropped.labels(metric.reason.rawValue))?.increment()
        let isNew = reported.withLock { reported in
            reported.count < Self.maximumReports && reported.insert("\(metric.reason) \(name)").inserted
        }
        if isNew { onDrop(metric) }
    }

    /// The series of a metric, which is registered when it is first asked for; nil where it is dropped.
    private func series<Value: Instrument>(
        _ name: String, _ kind: MetricDescription.Kind, _ label: String, _ dimensions: [(String, String)],
        unit: String? = nil, buckets: HistogramBuckets? = nil, makeValue: @escaping @Sendable () -> Value
    ) -> Series<Value>? {
        do throws(MetricError) {
            let family = try families.withLock { families throws(MetricError) in
                if let known = families[name] {
                    // What has another unit or other buckets is another metric.
                    guard let family = known as? SeriesFamily<Value>, family.metadata.unit == unit,
                        family.buckets == buckets
                    else { throw .nameTaken(name, by: name) }
                    return family
                }
                let help = configuration.help[label] ?? "The \(kind) \(label) of swift-metrics."
                let metadata = try MetricDescription(name, kind: kind, unit: unit, help: help)
                try metadata.checkLabels(.none, registry.constantLabels)
                let family = SeriesFamily(
                    metadata, buckets: buckets, constantLabels: registry.constantLabels,
                    maximumSeries: configuration.maximumSeries, makeValue: makeValue)
                try registry.expose(metadata) { family.samples }
                families[name] = family
                return family
            }
            return try family.series(LabelName.labels(dimensions, registry.constantLabels))
        } catch {
            let metric = DroppedMetric(label: label, error: error)
            drop(metric, name)
            return nil
        }
    }
}
