// SPDX-License-Identifier: Apache-2.0

/// A text format that Prometheus reads.
@nonexhaustive
public enum ExpositionFormat: Hashable, Sendable, CaseIterable {
    /// The Prometheus text format 0.0.4, which every reader knows.
    case prometheusText
    /// OpenMetrics 1.0.0, which also carries units and tells an info from a gauge.
    case openMetrics

    /// The value of the HTTP header field `Content-Type`.
    public var contentType: String { encoder.contentType }

    /// Appends the exposition of the families, in the order given, to what the buffer holds.
    ///
    /// To reuse the memory of an earlier exposition, empty the buffer with `removeAll(keepingCapacity: true)`.
    /// An OpenMetrics exposition ends here: nothing may follow it.
    ///
    /// - Complexity: linear in the bytes written. A sample costs no allocation, except for a ``MetricValue/real(_:)``
    ///   of more than 15 characters.
    public func write(_ families: some Sequence<MetricFamily>, into buffer: inout [UInt8]) {
        let encoder = encoder
        for family in families {
            encoder.append(family, to: &buffer)
        }
        encoder.appendEnd(to: &buffer)
    }

    /// What writes the format.
    var encoder: any FamilyEncoder.Type {
        switch self {
        case .prometheusText: PrometheusTextEncoder.self
        case .openMetrics: OpenMetricsEncoder.self
        }
    }
}
