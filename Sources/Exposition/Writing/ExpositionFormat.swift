// SPDX-License-Identifier: Apache-2.0

/// A text format that Prometheus reads.
@nonexhaustive
public enum ExpositionFormat: Hashable, Sendable, CaseIterable {
    /// The Prometheus text format 0.0.4, which every reader knows.
    case prometheusText
    /// OpenMetrics 1.0.0, which also carries units and tells an info from a gauge.
    case openMetrics

    /// The value of the HTTP header field `Content-Type`.
    public var contentType: String {
        "\(mediaType.type)/\(mediaType.subtype); version=\(mediaType.version); charset=utf-8"
    }

    /// Appends the exposition of the families, in the order given, to what the buffer holds.
    ///
    /// To reuse the memory of an earlier exposition, empty the buffer with `removeAll(keepingCapacity: true)`.
    /// An OpenMetrics exposition ends here: nothing may follow it.
    ///
    /// - Complexity: linear in the bytes written. A sample costs no allocation, except for a ``MetricValue/real(_:)``
    ///   of more than 15 characters.
    public func write(_ families: some Sequence<MetricFamily>, into buffer: inout [UInt8]) {
        for family in families {
            write(family, into: &buffer)
        }
        if self == .openMetrics {
            buffer += "# EOF\n".utf8
        }
    }
}

extension ExpositionFormat {
    /// The parts of the content type that a client names when it asks for the format.
    var mediaType: (type: String, subtype: String, version: String) {
        switch self {
        case .prometheusText: ("text", "plain", "0.0.4")
        case .openMetrics: ("application", "openmetrics-text", "1.0.0")
        }
    }
}
