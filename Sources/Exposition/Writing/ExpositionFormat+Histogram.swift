// SPDX-License-Identifier: Apache-2.0

extension ExpositionFormat {
    /// Appends a line for each bucket, with the counts of those below it, and the sum and the count.
    func write(_ value: HistogramValue, of name: String, _ labels: Labels, into buffer: inout [UInt8]) {
        var count: UInt64 = 0
        for (bound, inBucket) in zip(value.buckets.rendered, value.counts) {
            count &+= inBucket
            buffer.append(series: name, suffix: "_bucket", labels, bucket: bound)
            buffer.append(decimal: count)
            buffer.append(UInt8(ascii: "\n"))
        }
        guard exposesSum(of: value) else { return }
        buffer.append(series: name, suffix: "_sum", labels)
        buffer.append(shortest: value.sum)
        buffer.append(UInt8(ascii: "\n"))
        buffer.append(series: name, suffix: "_count", labels)
        buffer.append(decimal: count)
        buffer.append(UInt8(ascii: "\n"))
    }

    /// In OpenMetrics a sum is a count: it cannot fall, and its place is empty, together with that of the count, where it
    /// might. Without values below zero in any bucket it is still negative or NaN when such values are observed.
    private func exposesSum(of value: HistogramValue) -> Bool {
        self == .prometheusText || (!value.buckets.hasNegativeBound && value.sum >= 0)
    }
}
