// SPDX-License-Identifier: Apache-2.0

/// A metric and its samples: one for each set of labels.
///
/// A family without samples is not exposed. Each set of labels must occur once, and each name once in an exposition:
/// readers refuse or ignore what comes second. A ``Registry`` checks it.
public struct MetricFamily: Hashable, Sendable {
    /// The name, kind, unit and help that the samples share.
    public let metadata: MetricDescription
    /// The samples, in the order in which they are exposed.
    public var samples: [Sample]

    /// Creates a family of any number of samples.
    public init(_ metadata: MetricDescription, samples: [Sample] = []) {
        self.metadata = metadata
        self.samples = samples
    }

    /// Creates a family of a single sample without labels.
    public init(_ metadata: MetricDescription, _ value: MetricValue) {
        self.init(metadata, samples: [Sample(value)])
    }

    /// Adds a sample after the others.
    public mutating func append(_ value: MetricValue, labels: Labels = .none) {
        samples.append(Sample(value, labels: labels))
    }
}
