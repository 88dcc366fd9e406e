// SPDX-License-Identifier: Apache-2.0

/// What a collector may give: the families that it declared, each once, with samples that the formats can show.
struct FamilyCheck: Sendable {
    private let declared: [MetricDescription]
    private let indices: [String: Int]

    init(_ declared: [MetricDescription]) {
        self.declared = declared
        indices = Dictionary(declared.enumerated().map { ($1.name, $0) }) { first, _ in first }
    }

    /// Checks what a collector gave.
    ///
    /// - Complexity: linear in the samples.
    func check(_ families: [MetricFamily]) throws(MetricError) {
        var given = [Bool](repeating: false, count: declared.count)
        for family in families {
            guard let index = indices[family.metadata.name], !given[index], declared[index] == family.metadata else {
                throw .unexpectedFamily(family.metadata.name)
            }
            given[index] = true
            try family.checkSamples()
        }
    }
}

extension MetricFamily {
    /// Refuses samples that the formats cannot show, and two with the same labels.
    fileprivate func checkSamples() throws(MetricError) {
        for sample in samples where metadata.kind.exposable(sample) == nil || !sample.value.addsUp {
            if metadata.kind.hasBuckets, sample.labels.storage.hasBucketLabel {
                throw .bucketLabel(metric: metadata.name)
            }
            throw .invalidValue(
                metric: metadata.name, labels: sample.labels, problem: metadata.kind.problem(sample.value))
        }
        if let labels = samples.duplicateLabels {
            throw .duplicateSample(metric: metadata.name, labels: labels)
        }
    }
}

extension MetricDescription {
    /// Refuses labels that a metric of this kind cannot have, or that the registry adds.
    package func checkLabels(_ labels: Labels, _ constantLabels: Labels) throws(MetricError) {
        if kind.hasBuckets, labels.storage.hasBucketLabel || constantLabels.storage.hasBucketLabel {
            throw .bucketLabel(metric: name)
        }
        for (name, _) in constantLabels.pairs where labels[name] != nil {
            throw .constantLabel(name, metric: self.name)
        }
    }
}

extension MetricDescription.Kind {
    /// Whether its samples have the label `le`.
    var hasBuckets: Bool { self == .histogram || self == .gaugeHistogram }

    /// What is wrong with a value that cannot be exposed.
    fileprivate func problem(_ value: MetricValue) -> String {
        switch value {
        case .histogram(let value) where !hasBuckets:
            "is a histogram of \(value.count) values: describe the metric as a histogram, or give a number"
        case .histogram(let value) where value.fitsBuckets:
            "has counts that together exceed 64 bits: give smaller ones"
        case .histogram(let value):
            "has \(value.counts.count) counts for \(value.buckets.count) buckets: give one for each bound, and one more"
        case .integer, .real:
            hasBuckets
                ? "is a number: give a \(self) of counts and a sum"
                : "is \(value.number), which no \(self) can be: give a number that is not negative, or describe a gauge"
        }
    }
}

extension MetricValue {
    /// Whether the counts of all buckets can be written as one number.
    fileprivate var addsUp: Bool {
        guard case .histogram(let value) = self else { return true }
        var sum: UInt64 = 0
        for count in value.counts {
            let (partial, isTooLarge) = sum.addingReportingOverflow(count)
            if isTooLarge { return false }
            sum = partial
        }
        return true
    }

    /// The number in words; empty for a histogram.
    fileprivate var number: String {
        switch self {
        case .integer(let value): "\(value)"
        case .real(let value): "\(value)"
        case .histogram: ""
        }
    }
}

extension [Sample] {
    /// Labels that two samples have, in whatever order; nil where there are none.
    ///
    /// The labels' hashes are at hand, so that a table of positions is all it takes.
    fileprivate var duplicateLabels: Labels? {
        guard count > 1 else { return nil }
        let mask = (1 << (Int.bitWidth - (count * 2).leadingZeroBitCount)) - 1
        var positions = [Int32](repeating: -1, count: mask + 1)
        for index in indices {
            let labels = self[index].labels
            var slot = labels.storage.hash & mask
            while positions[slot] >= 0 {
                if self[Int(positions[slot])].labels == labels { return labels }
                slot = (slot + 1) & mask
            }
            positions[slot] = Int32(truncatingIfNeeded: index)
        }
        return nil
    }
}
