// SPDX-License-Identifier: Apache-2.0

// The lines that the text formats have in common.

extension MetricFamily {
    /// Whether any sample can be exposed: without one, a family leaves no trace.
    var hasExposableSample: Bool {
        samples.contains { metadata.kind.exposable($0) != nil }
    }
}

extension [UInt8] {
    /// Appends what a line of metadata begins with.
    mutating func append(metadata keyword: StaticString, of name: some StringProtocol) {
        self += "# ".utf8
        append(keyword)
        append(UInt8(ascii: " "))
        self += name.utf8
        append(UInt8(ascii: " "))
    }

    /// Appends text that is written in the program.
    mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { unsafe self += $0 }
    }

    /// Appends the line of a whole number.
    ///
    /// - Parameter suffix: What comes after the name of the family.
    @inline(__always)
    mutating func append(
        series name: String, suffix: StaticString = "", _ labels: Labels, decimal value: some FixedWidthInteger
    ) {
        append(series: name, suffix: suffix, labels)
        append(decimal: value)
        append(UInt8(ascii: "\n"))
    }

    /// Appends the line of any number.
    ///
    /// - Parameter suffix: What comes after the name of the family.
    @inline(__always)
    mutating func append(series name: String, suffix: StaticString = "", _ labels: Labels, shortest value: Double) {
        append(series: name, suffix: suffix, labels)
        append(shortest: value)
        append(UInt8(ascii: "\n"))
    }

    /// Appends a line for each bucket, with the count of its values and of those in the buckets below it.
    ///
    /// - Returns: The count of all values.
    mutating func append(buckets value: HistogramValue, of name: String, _ labels: Labels) -> UInt64 {
        var count: UInt64 = 0
        for (bound, inBucket) in zip(value.buckets.rendered, value.counts) {
            count &+= inBucket
            append(series: name, suffix: "_bucket", labels, bucket: bound)
            append(decimal: count)
            append(UInt8(ascii: "\n"))
        }
        return count
    }

    /// Appends the name and the labels of a line, up to its value.
    ///
    /// - Parameters:
    ///   - suffix: What comes after the name of the family.
    ///   - bucket: The value of the label `le`, which comes after the others.
    private mutating func append(
        series name: String, suffix: StaticString, _ labels: Labels, bucket: [UInt8]? = nil
    ) {
        let rendered = labels.storage.rendered
        self += name.utf8
        append(suffix)
        if bucket != nil || !rendered.isEmpty {
            append(UInt8(ascii: "{"))
            self += rendered
            if let bucket {
                self += (rendered.isEmpty ? "le=\"" : ",le=\"").utf8
                self += bucket
                append(UInt8(ascii: "\""))
            }
            append(UInt8(ascii: "}"))
        }
        append(UInt8(ascii: " "))
    }
}
