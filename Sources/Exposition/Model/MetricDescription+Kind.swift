// SPDX-License-Identifier: Apache-2.0

extension MetricDescription {
    /// How the values of a family behave over time.
    @nonexhaustive
    public enum Kind: Hashable, Sendable {
        /// A value that goes up and down.
        case gauge
        /// A count that only grows, and starts again from 0.
        ///
        /// A negative value or NaN is no count, and would make a strict reader refuse everything that is exposed with
        /// it: such a sample is left out, and where a collector of a ``Registry`` gives it, the collector fails.
        case counter
        /// Text in labels, for example a version. Each sample is exposed as 1, whatever its value.
        case info
        /// Observations, counted by size in buckets. Each sample is a ``MetricValue/histogram(_:)``.
        ///
        /// Its samples have no label `le` of their own: such a sample is left out, and so is one with another value.
        case histogram
        /// Present values counted by size in buckets, for example the ages of open connections: the counts go up and
        /// down. Each sample is a ``MetricValue/histogram(_:)``, as for a histogram.
        ///
        /// OpenMetrics knows it. In the Prometheus text format the buckets are those of a histogram, and the number and
        /// the sum of the values are the gauges `NAME_gcount` and `NAME_gsum`.
        case gaugeHistogram
        /// A value of which nobody says how it behaves, as some exporters expose the kernel's numbers. Use it only to give a
        /// metric that others define so; `unknown` in OpenMetrics.
        case untyped
    }
}

extension MetricDescription.Kind {
    /// What every name of this kind ends in.
    var suffix: String {
        switch self {
        case .gauge, .histogram, .gaugeHistogram, .untyped: ""
        case .counter: "_total"
        case .info: "_info"
        }
    }

    /// The value to expose for a sample; nil where there is none that the formats allow.
    func exposable(_ sample: Sample) -> MetricValue? {
        switch (self, sample.value) {
        case (.histogram, .histogram(let value)), (.gaugeHistogram, .histogram(let value)):
            sample.labels.storage.hasBucketLabel || !value.fitsBuckets ? nil : sample.value
        case (.histogram, _), (.gaugeHistogram, _), (_, .histogram): nil
        case (.gauge, _), (.untyped, _): sample.value
        case (.counter, .integer(let count)): count >= 0 ? sample.value : nil
        case (.counter, .real(let count)): count >= 0 ? sample.value : nil  // false for NaN
        case (.info, _): 1
        }
    }

    /// What the names of a family's samples may end in after its name, and so what no other family may be called.
    /// Readers of OpenMetrics reserve `_created` whether it is exposed or not; readers of the other format take a gauge
    /// histogram for a histogram.
    var reservedSuffixes: [String] {
        switch self {
        case .gauge, .untyped: [""]
        case .counter: ["", "_total", "_created"]
        case .info: ["", "_info"]
        case .histogram: ["", "_bucket", "_count", "_sum", "_created"]
        case .gaugeHistogram: ["", "_bucket", "_gcount", "_gsum", "_count", "_sum"]
        }
    }
}

extension MetricDescription.Kind: CustomStringConvertible {
    /// The kind in words.
    public var description: String {
        switch self {
        case .gauge: "gauge"
        case .counter: "counter"
        case .info: "info"
        case .histogram: "histogram"
        case .gaugeHistogram: "gauge histogram"
        case .untyped: "untyped"
        }
    }
}
