// SPDX-License-Identifier: Apache-2.0

public import Exposition

/// A metric of swift-metrics that was asked for and cannot be exposed.
public struct DroppedMetric: Hashable, Sendable, CustomStringConvertible {
    /// What `swift_metrics_dropped_total` tells apart.
    enum Reason: String, CaseIterable {
        /// Another metric has the name, or one that a reader takes for the same.
        case name
        /// The metric has as many combinations of dimensions as it may have.
        case series
    }

    /// The metric's label in swift-metrics.
    public let label: String
    /// Why it is dropped.
    public let error: MetricError

    var reason: Reason {
        error.code == .tooManySeries ? .series : .name
    }

    /// A sentence that says what is dropped, and why.
    public var description: String { "The metric \(label.debugDescription) of swift-metrics is dropped: \(error)" }
}
