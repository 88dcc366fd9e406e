// SPDX-License-Identifier: Apache-2.0

/// The Prometheus text format 0.0.4.
enum PrometheusTextEncoder: FamilyEncoder {
    static var mediaType: (type: String, subtype: String, version: String) { ("text", "plain", "0.0.4") }

    static func append(_ family: MetricFamily, to buffer: inout [UInt8]) {
        let metadata = family.metadata
        guard family.hasExposableSample else { return }
        switch metadata.kind {
        case .counter: appendMetadata("counter", of: metadata.name, metadata.help, to: &buffer)
        // The format does not know infos.
        case .gauge, .info: appendMetadata("gauge", of: metadata.name, metadata.help, to: &buffer)
        case .untyped: appendMetadata("untyped", of: metadata.name, metadata.help, to: &buffer)
        case .histogram, .gaugeHistogram: appendMetadata("histogram", of: metadata.name, metadata.help, to: &buffer)
        }
        for sample in family.samples {
            switch metadata.kind.exposable(sample) {
            case nil: break
            case .integer(let value): buffer.append(series: metadata.name, sample.labels, decimal: value)
            case .real(let value): buffer.append(series: metadata.name, sample.labels, shortest: value)
            case .histogram(let value):
                let count = buffer.append(buckets: value, of: metadata.name, sample.labels)
                guard metadata.kind == .histogram else { break }
                buffer.append(series: metadata.name, suffix: "_sum", sample.labels, shortest: value.sum)
                buffer.append(series: metadata.name, suffix: "_count", sample.labels, decimal: count)
            }
        }
        if metadata.kind == .gaugeHistogram { appendTotals(of: family, to: &buffer) }
    }

    static func appendEnd(to buffer: inout [UInt8]) {}

    /// HELP and TYPE under the full name.
    private static func appendMetadata(
        _ type: StaticString, of name: String, _ help: String, to buffer: inout [UInt8]
    ) {
        if !help.isEmpty {
            buffer.append(metadata: "HELP", of: name)
            buffer.append(escaping: help, quotes: false)
            buffer.append(UInt8(ascii: "\n"))
        }
        buffer.append(metadata: "TYPE", of: name)
        buffer.append(type)
        buffer.append(UInt8(ascii: "\n"))
    }

    /// The format does not know gauge histograms: numbers and sums are gauges after the buckets, as client_python
    /// writes them.
    private static func appendTotals(of family: MetricFamily, to buffer: inout [UInt8]) {
        let metadata = family.metadata
        appendMetadata("gauge", of: metadata.name + "_gcount", metadata.help, to: &buffer)
        for sample in family.samples {
            guard case .histogram(let value)? = metadata.kind.exposable(sample) else { continue }
            buffer.append(series: metadata.name, suffix: "_gcount", sample.labels, decimal: value.count)
        }
        appendMetadata("gauge", of: metadata.name + "_gsum", metadata.help, to: &buffer)
        for sample in family.samples {
            guard case .histogram(let value)? = metadata.kind.exposable(sample) else { continue }
            buffer.append(series: metadata.name, suffix: "_gsum", sample.labels, shortest: value.sum)
        }
    }
}
