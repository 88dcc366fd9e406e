// SPDX-License-Identifier: Apache-2.0

/// A set of labels, checked, escaped and joined once, when it is made: `family="ipv4",state="listen"`.
///
/// The order is kept as given, and counts when two sets are compared.
public struct Labels: Hashable, Sendable {
    /// The labels as both formats write them between the braces, in UTF-8.
    let rendered: [UInt8]
    /// Whether one is called `le`, as the label that histograms give to their buckets.
    let hasBucketLabel: Bool

    /// No labels.
    public static let none: Labels = [:]

    static let bucketLabel = "le"

    /// Makes a set whose names come from outside the program. A value may be any text.
    ///
    /// - Throws: ``MetricError`` where a name has other characters than the formats allow, begins with `__`, or occurs
    ///   twice.
    public init(_ pairs: [(name: String, value: String)]) throws(MetricError) {
        var rendered: [UInt8] = []
        try NameSyntax.checkLabelNames(pairs.map(\.name))
        for (index, (name, value)) in pairs.enumerated() {
            if index > 0 { rendered.append(UInt8(ascii: ",")) }
            rendered += name.utf8
            rendered += "=\"".utf8
            rendered.append(escaping: value, quotes: true)
            rendered.append(UInt8(ascii: "\""))
        }
        self.rendered = rendered
        self.hasBucketLabel = pairs.contains { $0.name == Self.bucketLabel }
    }
}

extension Labels: ExpressibleByDictionaryLiteral {
    /// Makes a set whose names are written in the program. A value may be any text.
    ///
    /// - Precondition: the names satisfy ``init(_:)``.
    public init(dictionaryLiteral elements: (String, String)...) {
        do {
            try self.init(elements.map { (name: $0.0, value: $0.1) })
        } catch {
            preconditionFailure(error.description)
        }
    }
}

extension Labels: CustomStringConvertible {
    /// The labels as both formats write them between the braces.
    public var description: String { String(decoding: rendered, as: UTF8.self) }
}
