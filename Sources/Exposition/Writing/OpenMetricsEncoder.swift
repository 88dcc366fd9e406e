// SPDX-License-Identifier: Apache-2.0

/// OpenMetrics 1.0.0.
enum OpenMetricsEncoder: FamilyEncoder {
    static var mediaType: (type: String, subtype: String, version: String) {
        ("application", "openmetrics-text", "1.0.0")
    }

    static func append(_ family: MetricFamily, to buffer: inout [UInt8]) {
        let metadata = family.metadata
        guard family.hasExposableSample else { return }
        appendMetadata(metadata, to: &buffer)
        for sample in family.samples {
            switch metadata.kind.exposable(sample) {
            case nil: break
            case .integer(let value): buffer.append(series: metadata.name, sample.labels, decimal: value)
            case .real(let value): buffer.append(series: metadata.name, sample.labels, shortest: value)
            case .histogram(let value): append(value, of: metadata, sample.labels, to: &buffer)
            }
        }
    }

    static func appendEnd(to buffer: inout [UInt8]) {
        buffer += "# EOF\n".utf8
    }

    /// TYPE, UNIT and HELP, in the order that the specification asks for, under the name without its suffix.
    private static func appendMetadata(_ metadata: MetricDescription, to buffer: inout [UInt8]) {
        let name = metadata.baseName
        buffer.append(metadata: "TYPE", of: name)
        switch metadata.kind {
        case .gauge: buffer += "gauge\n".utf8
        case .counter: buffer += "counter\n".utf8
        case .info: buffer += "info\n".utf8
        case .histogram: buffer += "histogram\n".utf8
        case .gaugeHistogram: buffer += "gaugehistogram\n".utf8
        case .untyped: buffer += "unknown\n".utf8
        }
        if let unit = metadata.unit {
            buffer.append(metadata: "UNIT", of: name)
            buffer += unit.utf8
            buffer.append(UInt8(ascii: "\n"))
        }
        if !metadata.help.isEmpty {
            buffer.append(metadata: "HELP", of: name)
            buffer.append(escaping: metadata.help, quotes: true)
            buffer.append(UInt8(ascii: "\n"))
        }
    }

    private static func append(
        _ value: HistogramValue, of metadata: MetricDescription, _ labels: Labels, to buffer: inout [UInt8]
    ) {
        let count = buffer.append(buckets: value, of: metadata.name, labels)
        if metadata.kind == .gaugeHistogram {
            // Readers take a negative sum only together with a negative bound, and NaN never.
            guard value.sum >= 0 || (value.buckets.hasNegativeBound && !value.sum.isNaN) else { return }
            buffer.append(series: metadata.name, suffix: "_gcount", labels, decimal: count)
            buffer.append(series: metadata.name, suffix: "_gsum", labels, shortest: value.sum)
        } else {
            // A sum is a count here: it cannot fall, and where it might, its place is empty, together with that of the
            // count. Without values below zero in any bucket it is still negative or NaN when such values are observed.
            guard !value.buckets.hasNegativeBound, value.sum >= 0 else { return }
            buffer.append(series: metadata.name, suffix: "_sum", labels, shortest: value.sum)
            buffer.append(series: metadata.name, suffix: "_count", labels, decimal: count)
        }
    }
}
