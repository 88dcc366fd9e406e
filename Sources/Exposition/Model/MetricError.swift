// SPDX-License-Identifier: Apache-2.0

/// Why a metric or a set of labels cannot be made.
@nonexhaustive
public enum MetricError: Error, Hashable, Sendable {
    /// A metric name that is not `[a-zA-Z_:][a-zA-Z0-9_:]*`.
    case invalidMetricName(String)
    /// A counter that does not end in `_total` or an info that does not end in `_info`, after a name of its own.
    case missingSuffix(name: String, kind: MetricDescription.Kind)
    /// A unit that is not the end of the name (before a counter's `_total`).
    case unitNotInName(name: String, unit: String)
    /// An info with a unit.
    case unitOfInfo(name: String, unit: String)
    /// A label name that is not `[a-zA-Z_][a-zA-Z0-9_]*`.
    case invalidLabelName(String)
    /// A label name that begins with `__`.
    case reservedLabelName(String)
    /// A label name that occurs twice in one set.
    case duplicateLabelName(String)
    /// A histogram with a label `le` of its own.
    case bucketLabel(metric: String)
    /// Upper bounds of buckets that are not finite, or do not ascend.
    case invalidBuckets([Double])
    /// A name that another metric of the registry has, or that a reader would take for a part of it.
    case nameTaken(String, by: String)
    /// As many values of labels as the metric has not.
    case wrongNumberOfLabelValues(metric: String, labels: [String], given: Int)
    /// One more combination of label values than the metric may have.
    case tooManySeries(metric: String, limit: Int)
    /// A family that a collector had not declared, or gave twice.
    case unexpectedFamily(String)
}

extension MetricError: CustomStringConvertible {
    /// A sentence that says what is wrong, where, and what to do.
    public var description: String {
        switch self {
        case .invalidMetricName(let name):
            "The metric name \(name.debugDescription) is not valid: use ASCII letters, digits, _ and :, "
                + "and do not begin with a digit."
        case .missingSuffix(let name, let kind):
            "The name \(name.debugDescription) of a metric of kind \(kind) must be a name followed by \(kind.suffix): "
                + "add the suffix or choose another kind."
        case .unitNotInName(let name, let unit):
            "The metric name \(name.debugDescription) does not end in its unit \(unit.debugDescription) after an "
                + "underscore (and before the _total of a counter): put the unit there or leave it out."
        case .unitOfInfo(let name, let unit):
            "The info metric \(name.debugDescription) has the unit \(unit.debugDescription), but an info has none: "
                + "leave it out or choose another kind."
        case .invalidLabelName(let name):
            "The label name \(name.debugDescription) is not valid: use ASCII letters, digits and _, "
                + "and do not begin with a digit."
        case .reservedLabelName(let name):
            "The label name \(name.debugDescription) is reserved for Prometheus itself: do not begin with two "
                + "underscores."
        case .duplicateLabelName(let name):
            "The label name \(name.debugDescription) occurs twice in one set of labels: give each label a name of its "
                + "own."
        case .bucketLabel(let metric):
            "The histogram \(metric.debugDescription) has a label le, by which readers know the buckets: rename it."
        case .invalidBuckets(let bounds):
            "The upper bounds \(bounds) of a histogram's buckets are not valid: give finite numbers in ascending order, "
                + "each once, without +Inf, which is always there."
        case .nameTaken(let name, let other):
            "The metric name \(name.debugDescription) clashes with \(other.debugDescription), which is registered: "
                + "choose a name that also differs with _total, _info, _count, _sum, _bucket and _created left out."
        case .wrongNumberOfLabelValues(let metric, let labels, let given):
            "The metric \(metric.debugDescription) has \(labels.count) labels (\(labels.joined(separator: ", "))) but "
                + "was asked for with \(given) values: give one for each, in this order."
        case .tooManySeries(let metric, let limit):
            "The metric \(metric.debugDescription) has \(limit) combinations of label values, which is its limit: "
                + "put fewer different values into its labels, remove some, or register it with a greater maximumSeries."
        case .unexpectedFamily(let name):
            "The collector gave the metric \(name.debugDescription) twice or without having declared it: register the "
                + "collector with the descriptions of all its families, and give each once."
        }
    }
}
