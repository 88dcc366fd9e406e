// SPDX-License-Identifier: Apache-2.0

/// One value of a metric, told apart from the others of its family by its labels.
public struct Sample: Hashable, Sendable {
    /// What is unlike the other samples of the family.
    public var labels: Labels
    /// What was measured.
    public var value: MetricValue

    /// Creates a sample.
    public init(_ value: MetricValue, labels: Labels = .none) {
        self.labels = labels
        self.value = value
    }

    /// Creates a sample of any number.
    public init(_ value: Double, labels: Labels = .none) {
        self.init(MetricValue(value), labels: labels)
    }

    /// Creates a sample of a whole number of any width.
    @inlinable
    public init(_ value: some BinaryInteger, labels: Labels = .none) {
        self.init(MetricValue(value), labels: labels)
    }
}
