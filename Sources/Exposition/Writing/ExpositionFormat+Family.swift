// SPDX-License-Identifier: Apache-2.0

extension ExpositionFormat {
    /// Appends a family's metadata and samples, or nothing where no sample can be exposed.
    func write(_ family: MetricFamily, into buffer: inout [UInt8]) {
        let metadata = family.metadata
        guard family.samples.contains(where: { metadata.kind.exposable($0) != nil }) else { return }
        switch self {
        case .prometheusText: writePrometheusMetadata(metadata, into: &buffer)
        case .openMetrics: writeOpenMetricsMetadata(metadata, into: &buffer)
        }
        for sample in family.samples {
            switch metadata.kind.exposable(sample) {
            case nil: break
            case .integer(let value):
                buffer.append(series: metadata.name, sample.labels)
                buffer.append(decimal: value)
                buffer.append(UInt8(ascii: "\n"))
            case .real(let value):
                buffer.append(series: metadata.name, sample.labels)
                buffer.append(shortest: value)
                buffer.append(UInt8(ascii: "\n"))
            case .histogram(let value):
                write(value, of: metadata.name, sample.labels, into: &buffer)
            }
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
        switch metadata.kind {
        case .gauge, .info: buffer += "gauge\n".utf8
        case .counter: buffer += "counter\n".utf8
        case .histogram: buffer += "histogram\n".utf8
        }
    }

    /// TYPE, UNIT and HELP, in the order that the specification asks for, under the name without its suffix.
    private func writeOpenMetricsMetadata(_ metadata: MetricDescription, into buffer: inout [UInt8]) {
        let name = metadata.baseName
        buffer.append(metadata: "TYPE", of: name)
        switch metadata.kind {
        case .gauge: buffer += "gauge\n".utf8
        case .counter: buffer += "counter\n".utf8
        case .info: buffer += "info\n".utf8
        case .histogram: buffer += "histogram\n".utf8
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
    /// Appends the name and the labels of a line, up to its value.
    ///
    /// - Parameters:
    ///   - suffix: what comes after the name of the family.
    ///   - bucket: the value of the label `le`, which comes after the others.
    mutating func append(
        series name: String, suffix: StaticString = "", _ labels: Labels, bucket: [UInt8]? = nil
    ) {
        self += name.utf8
        suffix.withUTF8Buffer { unsafe self += $0 }
        if bucket != nil || !labels.rendered.isEmpty {
            append(UInt8(ascii: "{"))
            self += labels.rendered
            if let bucket {
                self += (labels.rendered.isEmpty ? "le=\"" : ",le=\"").utf8
                self += bucket
                append(UInt8(ascii: "\""))
            }
            append(UInt8(ascii: "}"))
        }
        append(UInt8(ascii: " "))
    }

    /// Appends what a line of metadata begins with.
    fileprivate mutating func append(metadata keyword: String, of name: some StringProtocol) {
        self += "# ".utf8
        self += keyword.utf8
        append(UInt8(ascii: " "))
        self += name.utf8
        append(UInt8(ascii: " "))
    }
}
