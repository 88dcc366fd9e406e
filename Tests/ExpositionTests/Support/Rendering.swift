// SPDX-License-Identifier: Apache-2.0

import Exposition

/// The exposition of the families as text.
func render(_ families: [MetricFamily], as format: ExpositionFormat) -> String {
    var buffer: [UInt8] = []
    format.write(families, into: &buffer)
    return String(decoding: buffer, as: UTF8.self)
}

/// What is written for a value.
func render(_ value: MetricValue) -> String {
    let exposition = render([MetricFamily(.gauge("x", help: ""), value)], as: .prometheusText)
    return String(exposition.dropFirst("# TYPE x gauge\nx ".count).dropLast())
}

/// What a reader makes of escaped text, by the rules of OpenMetrics.
func unescape(_ text: some StringProtocol) -> String {
    var result = String.UnicodeScalarView()
    var scalars = text.unicodeScalars.makeIterator()
    while let scalar = scalars.next() {
        guard scalar == "\\" else {
            result.append(scalar)
            continue
        }
        switch scalars.next() {
        case "n": result.append("\n")
        case "\"": result.append("\"")
        case "\\": result.append("\\")
        case let other: result.append(contentsOf: ["\\", other ?? "\\"])
        }
    }
    return String(result)
}

extension Registry {
    /// What a scrape exposes, without the metrics on the outcomes of collectors.
    func families() -> [MetricFamily] {
        gather().families.filter { !$0.metadata.name.contains("_collector_") }
    }
}
