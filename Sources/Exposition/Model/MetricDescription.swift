// SPDX-License-Identifier: Apache-2.0

/// What a metric family is called, what kind of number it holds, in which unit, and what it means.
public struct MetricDescription: Hashable, Sendable {
    /// The full name, as the samples carry it in the Prometheus text format: a counter's ends in `_total`, an info's
    /// in `_info`.
    public let name: String
    /// How the values behave over time.
    public let kind: Kind
    /// The base unit, for example `seconds` or `bytes`: the end of the name, before a counter's `_total`.
    public let unit: String?
    /// One sentence for people. May be empty, and may hold any text.
    public let help: String

    /// Describes a family whose name comes from outside the program.
    ///
    /// - Throws: ``MetricError`` where the name has other characters than the formats allow, lacks the suffix of its
    ///   kind, or does not end in its unit, and where an info has a unit.
    public init(_ name: String, kind: Kind, unit: String? = nil, help: String) throws(MetricError) {
        guard NameSyntax.isMetricName(name) else { throw .invalidMetricName(name) }
        let base = name.utf8.dropLast(kind.suffix.utf8.count)
        guard name.hasSuffix(kind.suffix), !base.isEmpty else { throw .missingSuffix(name: name, kind: kind) }
        if let unit {
            guard kind != .info else { throw .unitOfInfo(name: name, unit: unit) }
            // Bytes are compared: as strings, the kelvin sign would equal the letter K.
            guard !unit.isEmpty, base.suffix(unit.utf8.count + 1).elementsEqual("_\(unit)".utf8) else {
                throw .unitNotInName(name: name, unit: unit)
            }
        }
        self.name = name
        self.kind = kind
        self.unit = unit
        self.help = help
    }
}

extension MetricDescription {
    /// The name without the suffix of the kind: what OpenMetrics calls the family.
    var baseName: Substring { name.dropLast(kind.suffix.count) }

    /// Every name that no other family of the exposition may have.
    var reservedNames: [String] { kind.reservedSuffixes.map { baseName + $0 } }
}
