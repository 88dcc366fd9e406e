// SPDX-License-Identifier: Apache-2.0

internal import Exposition

extension Microbenchmark {
    /// Writing series in both formats: families of fifty samples with two labels, as an exporter's are.
    static var writing: [Microbenchmark] {
        [100, 1_000, 10_000].flatMap { series in
            [("text", ExpositionFormat.prometheusText), ("OpenMetrics", .openMetrics)].map { name, format in
                Microbenchmark(name: "write \(series) series, \(name)", runs: max(20_000 / series, 10)) {
                    () throws(MicrobenchmarkError) in
                    let families = try families(series: series)
                    // A server empties its buffer and writes into the same memory again.
                    var buffer: [UInt8] = []
                    format.write(families, into: &buffer)
                    return {
                        buffer.removeAll(keepingCapacity: true)
                        format.write(families, into: &buffer)
                    }
                }
            }
        }
    }

    private static let samplesOfFamily = 50

    private static func families(series: Int) throws(MicrobenchmarkError) -> [MetricFamily] {
        do {
            return try (0..<series / samplesOfFamily).map { index in
                let description = try MetricDescription(
                    "example_queue_\(index)_bytes", kind: .gauge, unit: "bytes", help: "Bytes in queue \(index).")
                var family = MetricFamily(description)
                for sample in 0..<samplesOfFamily {
                    let labels: Labels = [
                        "family": sample.isMultiple(of: 2) ? "ipv4" : "ipv6", "port": "\(8000 + sample)",
                    ]
                    // Every tenth value is not whole, which takes the longer way.
                    let value =
                        sample.isMultiple(of: 10) ? .real(Double(sample) + 0.123456) : MetricValue.integer(sample * 977)
                    family.append(value, labels: labels)
                }
                return family
            }
        } catch {
            throw MicrobenchmarkError("The series cannot be made: \(error).")
        }
    }
}
