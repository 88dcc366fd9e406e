// SPDX-License-Identifier: Apache-2.0

extension Registry {
    /// Registers a gauge without labels, which is 0 until it is set.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - unit: The base unit, if there is one: the end of the name.
    ///   - help: One sentence for people.
    /// - Throws: ``MetricError`` where the name or the unit is not valid, or the name is taken.
    public func gauge(_ name: String, unit: String? = nil, help: String) throws(MetricError) -> Gauge {
        try register(Gauge(), MetricDescription(name, kind: .gauge, unit: unit, help: help))
    }

    /// Registers a counter without labels, which is 0 until something is added.
    ///
    /// - Parameters:
    ///   - name: The name, which ends in `_total`.
    ///   - unit: The base unit, if there is one: the end of the name, before `_total`.
    ///   - help: One sentence for people.
    /// - Throws: ``MetricError`` where the name or the unit is not valid, or the name is taken.
    public func counter(_ name: String, unit: String? = nil, help: String) throws(MetricError) -> Counter {
        try register(Counter(), MetricDescription(name, kind: .counter, unit: unit, help: help))
    }

    /// Registers a histogram without labels.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - buckets: The bounds of the buckets.
    ///   - unit: The base unit, if there is one: the end of the name.
    ///   - help: One sentence for people.
    /// - Throws: ``MetricError`` where the name or the unit is not valid, or the name is taken.
    public func histogram(
        _ name: String, buckets: HistogramBuckets = .default, unit: String? = nil, help: String
    ) throws(MetricError) -> Histogram {
        try register(
            Histogram(buckets: buckets), MetricDescription(name, kind: .histogram, unit: unit, help: help))
    }

    /// Registers text in labels, for example a version.
    ///
    /// - Parameters:
    ///   - name: The name, which ends in `_info`.
    ///   - labels: The text. Where it is later replaced with labels that the registry adds to every sample, the info is
    ///     left out and reported as failed.
    ///   - help: One sentence for people.
    /// - Throws: ``MetricError`` where the name is not valid or taken.
    @discardableResult
    public func info(_ name: String, _ labels: Labels, help: String) throws(MetricError) -> Info {
        let info = Info(labels)
        let metadata = try MetricDescription(name, kind: .info, help: help)
        try metadata.checkLabels(labels, constantLabels)
        try expose(metadata) { [constantLabels] in
            try metadata.checkLabels(info.labels, constantLabels)
            return [Sample(1, labels: try info.labels.adding(constantLabels))]
        }
        return info
    }

    /// Registers a gauge for each combination of label values.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - labels: The names of the labels.
    ///   - unit: The base unit, if there is one: the end of the name.
    ///   - help: One sentence for people.
    ///   - maximumSeries: How many combinations of label values there may be.
    /// - Throws: ``MetricError`` where a name or the unit is not valid, or the name is taken.
    public func gauge(
        _ name: String, labels: [String], unit: String? = nil, help: String,
        maximumSeries: Int = Registry.defaultMaximumSeries
    ) throws(MetricError) -> Labeled<Gauge> {
        try register(
            Labeled(
                MetricDescription(name, kind: .gauge, unit: unit, help: help), labels: labels,
                constantLabels: constantLabels, maximumSeries: maximumSeries, makeChild: { Gauge() }))
    }

    /// Registers a counter for each combination of label values.
    ///
    /// - Parameters:
    ///   - name: The name, which ends in `_total`.
    ///   - labels: The names of the labels.
    ///   - unit: The base unit, if there is one: the end of the name, before `_total`.
    ///   - help: One sentence for people.
    ///   - maximumSeries: How many combinations of label values there may be.
    /// - Throws: ``MetricError`` where a name or the unit is not valid, or the name is taken.
    public func counter(
        _ name: String, labels: [String], unit: String? = nil, help: String,
        maximumSeries: Int = Registry.defaultMaximumSeries
    ) throws(MetricError) -> Labeled<Counter> {
        try register(
            Labeled(
                MetricDescription(name, kind: .counter, unit: unit, help: help), labels: labels,
                constantLabels: constantLabels, maximumSeries: maximumSeries, makeChild: { Counter() }))
    }

    /// Registers a histogram for each combination of label values.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - labels: The names of the labels; `le` is that of the buckets.
    ///   - buckets: The bounds of the buckets, of which each is a series for each combination.
    ///   - unit: The base unit, if there is one: the end of the name.
    ///   - help: One sentence for people.
    ///   - maximumSeries: How many combinations of label values there may be.
    /// - Throws: ``MetricError`` where a name or the unit is not valid, or the name is taken.
    public func histogram(
        _ name: String, labels: [String], buckets: HistogramBuckets = .default, unit: String? = nil, help: String,
        maximumSeries: Int = Registry.defaultMaximumSeries
    ) throws(MetricError) -> Labeled<Histogram> {
        try register(
            Labeled(
                MetricDescription(name, kind: .histogram, unit: unit, help: help), labels: labels,
                constantLabels: constantLabels, maximumSeries: maximumSeries, makeChild: { Histogram(buckets: buckets) }
            ))
    }

    private func register<Metric: Instrument>(
        _ metric: Metric, _ metadata: MetricDescription
    ) throws(MetricError) -> Metric {
        try metadata.checkLabels(.none, constantLabels)
        try expose(metadata) { [constantLabels] in [Sample(metric.metricValue, labels: constantLabels)] }
        return metric
    }

    private func register<Child>(_ metric: Labeled<Child>) throws(MetricError) -> Labeled<Child> {
        try expose(metric.metadata) { metric.samples }
        return metric
    }
}
