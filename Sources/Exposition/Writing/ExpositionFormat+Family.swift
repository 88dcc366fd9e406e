// SPDX-License-Identifier: Apache-2.0

extension ExpositionFormat {
    /// Appends a family's metadata and samples, or nothing where no sample can be exposed.
    func write(_ family: MetricFamily, into buffer: inout [UInt8]) {
        let metadata = family.metadata
        guard family.samples.contains(where: { metadata.kind.exposable($0.value) != nil }) else { return }
        switch self {
        case .prometheusText: writePrometheusMetadata(metadata, into: &buffer)
        case .openMetrics: writeOpenMetricsMetadata(metadata, into: &buffer)
        }
        for sample in family.samples {
            guard let value = metadata.kind.exposable(sample.value) else { continue }
            buffer += metadata.name.utf8
            if !sample.labels.rendered.isEmpty {
                buffer.append(UInt8(ascii: "{"))
                buffer += sample.labels.rendered
                buffer.append(UInt8(ascii: "}"))
            }
            buffer.append(UInt8(ascii: " "))
            buffer.append(value)
            buffer.append(UInt8(ascii: "\n"))
        }
    }

    /// HELP and TYPE under the full name. The format does not know infos: they are gauges.
    private func writePrometheusMetadata(_ metadata: MetricDescription, into buffer: inout [UInt8]) {
        if !metadata.help.isEmpty {
            buffer.append(metadata: "HELP", of: metadata.name)
            buffer.append(escaping: metadata.help, quotes: false)
            buffer.append(UInt8(ascii: "\n"))
        }
        buffer.append(metadata: "TYPE", of: metadata.name)
        buffer += (metadata.kind == .counter ? "counter\n" : "gauge\n").utf8
    }

    /// TYPE, UNIT and HELP, in the order that the specification asks for, under the name without its suffix.
    private func writeOpenMetricsMetadata(_ metadata: MetricDescription, into buffer: inout [UInt8]) {
        let name = metadata.baseName
        buffer.append(metadata: "TYPE", of: name)
        switch metadata.kind {
        case .gauge: buffer += "gauge\n".utf8
        case .counter: buffer += "counter\n".utf8
        case .info: buffer += "info\n".utf8
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
}

extension [UInt8] {
    /// Appends what a line of metadata begins with.
    fileprivate mutating func append(metadata keyword: String, of name: some StringProtocol) {
        self += "# ".utf8
        self += keyword.utf8
        append(UInt8(ascii: " "))
        self += name.utf8
        append(UInt8(ascii: " "))
    }
}
