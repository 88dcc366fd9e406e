// SPDX-License-Identifier: Apache-2.0

/// Why a metric, a set of labels or a collector cannot be made, registered or exposed.
public struct MetricError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of error that a caller may want to tell apart; later versions may add others.
    public struct Code: Hashable, Sendable {
        private enum Value {
            case invalidMetricName, missingSuffix, unitNotInName, unitOfInfo
            case invalidLabelName, reservedLabelName, duplicateLabelName, bucketLabel
            case invalidBuckets, nameTaken, wrongLabels, tooManySeries
            case invalidCollectorName, collectorNameTaken, unexpectedFamily, invalidValue, duplicateSample
        }

        private let value: Value

        /// A metric name has characters that the formats do not allow.
        public static let invalidMetricName = Code(value: .invalidMetricName)
        /// A counter's name does not end in `_total`, or an info's not in `_info`.
        public static let missingSuffix = Code(value: .missingSuffix)
        /// A unit is not the end of the name (before a counter's `_total`).
        public static let unitNotInName = Code(value: .unitNotInName)
        /// An info has a unit.
        public static let unitOfInfo = Code(value: .unitOfInfo)
        /// A label name has characters that the formats do not allow.
        public static let invalidLabelName = Code(value: .invalidLabelName)
        /// A label name begins with `__`.
        public static let reservedLabelName = Code(value: .reservedLabelName)
        /// A label name occurs twice in one set, constant labels included.
        public static let duplicateLabelName = Code(value: .duplicateLabelName)
        /// A histogram has a label `le` of its own.
        public static let bucketLabel = Code(value: .bucketLabel)
        /// Bounds of buckets are not finite, or do not ascend, or cannot be made of what was given.
        public static let invalidBuckets = Code(value: .invalidBuckets)
        /// Another metric of the registry has the name, or a reader would take the name for a part of it.
        public static let nameTaken = Code(value: .nameTaken)
        /// The label values that were given are not those of the metric's labels.
        public static let wrongLabels = Code(value: .wrongLabels)
        /// The metric has as many combinations of label values as it may have.
        public static let tooManySeries = Code(value: .tooManySeries)
        /// A collector's name is empty, or has other characters than letters, digits, `_`, `:`, `-` and `.`.
        public static let invalidCollectorName = Code(value: .invalidCollectorName)
        /// Another collector of the registry has the name.
        public static let collectorNameTaken = Code(value: .collectorNameTaken)
        /// A collector gave a family twice, or one that it had not declared.
        public static let unexpectedFamily = Code(value: .unexpectedFamily)
        /// A sample's value is none that its kind of metric can have.
        public static let invalidValue = Code(value: .invalidValue)
        /// A family has two samples with the same labels.
        public static let duplicateSample = Code(value: .duplicateSample)
    }

    /// The kind of error.
    public let code: Code
    /// One sentence that says what is wrong, where, and what to do.
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
