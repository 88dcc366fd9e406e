// SPDX-License-Identifier: Apache-2.0

/// Why a metric or a set of labels cannot be made.
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
        }
    }
}
