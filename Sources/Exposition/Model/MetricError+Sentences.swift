// SPDX-License-Identifier: Apache-2.0

extension MetricError {
    /// A metric name that is not `[a-zA-Z_:][a-zA-Z0-9_:]*`.
    public static func invalidMetricName(_ name: String) -> MetricError {
        MetricError(
            .invalidMetricName,
            "the metric name \(name.debugDescription) is not valid: use ASCII letters, digits, _ and :, "
                + "and do not begin with a digit")
    }

    /// A counter that does not end in `_total` or an info that does not end in `_info`, after a name of its own.
    public static func missingSuffix(name: String, kind: MetricDescription.Kind) -> MetricError {
        MetricError(
            .missingSuffix,
            "the name \(name.debugDescription) of a metric of kind \(kind) must be a name followed by \(kind.suffix): "
                + "add the suffix or choose another kind")
    }

    /// A unit that is not the end of the name (before a counter's `_total`).
    public static func unitNotInName(name: String, unit: String) -> MetricError {
        MetricError(
            .unitNotInName,
            "the metric name \(name.debugDescription) does not end in its unit \(unit.debugDescription) after an "
                + "underscore (and before the _total of a counter): put the unit there or leave it out")
    }

    /// An info with a unit.
    public static func unitOfInfo(name: String, unit: String) -> MetricError {
        MetricError(
            .unitOfInfo,
            "the info metric \(name.debugDescription) has the unit \(unit.debugDescription), but an info has none: "
                + "leave it out or choose another kind")
    }

    /// A label name that is not `[a-zA-Z_][a-zA-Z0-9_]*`.
    public static func invalidLabelName(_ name: String) -> MetricError {
        MetricError(
            .invalidLabelName,
            "the label name \(name.debugDescription) is not valid: use ASCII letters, digits and _, "
                + "and do not begin with a digit")
    }

    /// A label name that begins with `__`.
    public static func reservedLabelName(_ name: String) -> MetricError {
        MetricError(
            .reservedLabelName,
            "the label name \(name.debugDescription) is reserved for Prometheus itself: do not begin with two "
                + "underscores")
    }

    /// A label name that occurs twice in one set.
    public static func duplicateLabelName(_ name: String) -> MetricError {
        MetricError(
            .duplicateLabelName,
            "the label name \(name.debugDescription) occurs twice in one set of labels: give each label a name of its "
                + "own")
    }

    /// A histogram with a label `le` of its own.
    public static func bucketLabel(metric: String) -> MetricError {
        MetricError(
            .bucketLabel,
            "the histogram \(metric.debugDescription) has a label le, by which readers know the buckets: rename it")
    }

    /// Upper bounds of buckets that are not finite, or do not ascend.
    public static func invalidBuckets(_ bounds: [Double]) -> MetricError {
        MetricError(
            .invalidBuckets,
            "the upper bounds \(bounds) of a histogram's buckets are not valid: give finite numbers in ascending order, "
                + "each once, without +Inf, which is always there")
    }

    /// Buckets that cannot be made of what was given.
    static func invalidBuckets(_ sentence: String) -> MetricError {
        MetricError(.invalidBuckets, sentence)
    }

    /// A name that another metric of the registry has, or that a reader would take for a part of it.
    public static func nameTaken(_ name: String, by other: String) -> MetricError {
        MetricError(
            .nameTaken,
            "the metric name \(name.debugDescription) clashes with \(other.debugDescription), which is registered: "
                + "choose a name that also differs with _total, _info, _count, _sum, _bucket and _created left out")
    }

    /// A number of label values that is not the number of the metric's labels.
    public static func wrongNumberOfLabelValues(metric: String, labels: [String], given: Int) -> MetricError {
        MetricError(
            .wrongLabels,
            "the metric \(metric.debugDescription) has \(labels.count) labels (\(labels.joined(separator: ", "))) but "
                + "was asked for with \(given) values: give one for each, in this order")
    }

    /// Label names that are not those of the metric.
    public static func wrongLabelNames(metric: String, labels: [String], given: [String]) -> MetricError {
        MetricError(
            .wrongLabels,
            "the metric \(metric.debugDescription) has the labels \(labels.joined(separator: ", ")) but was asked for with "
                + "\(given.sorted().joined(separator: ", ")): give a value for each of its labels, and for no other")
    }

    /// One more combination of label values than the metric may have.
    public static func tooManySeries(metric: String, limit: Int) -> MetricError {
        MetricError(
            .tooManySeries,
            "the metric \(metric.debugDescription) has \(limit) combinations of label values, which is its limit: "
                + "put fewer different values into its labels, remove some, or register it with a greater maximumSeries"
        )
    }

    /// A name that no collector can have.
    public static func invalidCollectorName(_ name: String) -> MetricError {
        MetricError(
            .invalidCollectorName,
            "the collector name \(name.debugDescription) is not valid: use ASCII letters, digits, _, :, - and ., "
                + "and begin with a letter, _ or :")
    }

    /// The name of a collector that is registered, whether it is enabled or not.
    public static func collectorNameTaken(_ name: String) -> MetricError {
        MetricError(
            .collectorNameTaken,
            "the collector name \(name.debugDescription) is taken by a collector that is registered: choose another one, "
                + "or end the other registration first")
    }

    /// A family that a collector had not declared, or gave twice.
    public static func unexpectedFamily(_ name: String) -> MetricError {
        MetricError(
            .unexpectedFamily,
            "the collector gave the metric \(name.debugDescription) twice or without having declared it: register the "
                + "collector with the descriptions of all its families, and give each once")
    }

    /// A sample whose value its kind of metric cannot have.
    public static func invalidValue(metric: String, labels: Labels, problem: String) -> MetricError {
        MetricError(
            .invalidValue,
            "the collector gave the metric \(metric.debugDescription) a sample {\(labels)} that \(problem)")
    }

    /// Two samples of a family with the same labels, in whatever order.
    public static func duplicateSample(metric: String, labels: Labels) -> MetricError {
        MetricError(
            .duplicateSample,
            "the collector gave the metric \(metric.debugDescription) two samples with the labels {\(labels)}: "
                + "give each set of labels once, in whatever order")
    }

    /// A label that a registry adds to each sample, and that the metric has itself.
    public static func constantLabel(_ name: String, metric: String) -> MetricError {
        MetricError(
            .duplicateLabelName,
            "the metric \(metric.debugDescription) has a label \(name.debugDescription), which is a constant label of the "
                + "registry: rename one of them")
    }
}
