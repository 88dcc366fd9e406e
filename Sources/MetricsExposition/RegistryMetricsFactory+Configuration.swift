// SPDX-License-Identifier: Apache-2.0

public import Exposition

extension RegistryMetricsFactory {
    /// How metrics of swift-metrics are exposed.
    public struct Configuration: Sendable {
        /// The buckets of timers, in seconds: from a millisecond to 10 seconds.
        public var timerBuckets: HistogramBuckets = [
            0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
        ]

        /// The buckets of recorders that aggregate, whose unit is not known: powers of 4, from 1 to a million.
        public var recorderBuckets: HistogramBuckets = [
            1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576,
        ]

        /// The buckets of single timers (in seconds) and recorders, by their label in swift-metrics.
        public var buckets: [String: HistogramBuckets] = [:]

        /// The help of single metrics, by their label in swift-metrics.
        public var help: [String: String] = [:]

        /// How many combinations of dimensions a metric may have.
        public var maximumSeries = Registry.defaultMaximumSeries

        /// Creates the configuration of the default values.
        public init() {}
    }
}
