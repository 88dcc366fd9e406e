// SPDX-License-Identifier: Apache-2.0

internal import Exposition

/// Metric names made of the labels of swift-metrics.
enum MetricName {
    /// The label with each sign that is no ASCII letter or digit replaced with `_`, and with a suffix where it has
    /// none.
    static func of(_ label: String, suffix: String = "") -> String {
        let name = sanitized(label)
        return name.hasSuffix(suffix) && name != suffix ? name : name + suffix
    }
}

/// Label names made of the dimensions of swift-metrics.
enum LabelName {
    /// The dimensions as labels, ordered by name, so that their order does not matter. Of those with the same name, the
    /// last one counts.
    static func labels(
        _ dimensions: [(String, String)], _ constantLabels: Labels
    ) throws(MetricError) -> Labels {
        let values = Dictionary(dimensions.map { (of($0.0, constantLabels), $0.1) }) { _, last in last }
        return try Labels(values.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) })
    }

    /// As for metrics; `__` at the beginning is Prometheus' own, `le` the histograms', and constant labels are the
    /// registry's.
    private static func of(_ dimension: String, _ constantLabels: Labels) -> String {
        let name = sanitized(dimension)
        return name == "le" || name.hasPrefix("__") || constantLabels[name] != nil ? "exported_" + name : name
    }
}

private func sanitized(_ text: String) -> String {
    let name = String(
        String.UnicodeScalarView(
            text.unicodeScalars.map { scalar in
                switch scalar {
                case "a"..."z", "A"..."Z", "0"..."9": scalar
                default: "_"
                }
            }))
    return name.first.map { $0.isNumber ? "_" + name : name } ?? "_"
}
