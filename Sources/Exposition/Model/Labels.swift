// SPDX-License-Identifier: Apache-2.0

/// A set of labels, checked, escaped and joined once, when it is made: `family="ipv4",state="listen"`.
///
/// They are written in the order given, which does not count when two sets are compared.
public struct Labels: Sendable {
    /// What does not change, and is shared by copies.
    final class Storage: Sendable {
        let pairs: [(name: String, value: String)]
        /// The labels as the text formats write them between the braces, in UTF-8.
        let rendered: [UInt8]
        /// The same, ordered by name: two sets are equal where these are.
        let ordered: [UInt8]
        /// A hash of these.
        let hash: Int
        /// Whether one is called `le`, as the label that histograms give to their buckets.
        let hasBucketLabel: Bool

        init(_ pairs: [(name: String, value: String)], rendered: [UInt8]) {
            self.pairs = pairs
            self.rendered = rendered
            let isOrdered = zip(pairs, pairs.dropFirst()).allSatisfy { $0.name < $1.name }
            ordered = isOrdered ? rendered : Labels.render(pairs.sorted { $0.name < $1.name })
            var hasher = Hasher()
            unsafe ordered.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
            hash = hasher.finalize()
            hasBucketLabel = pairs.contains { $0.name == Labels.bucketLabel }
        }
    }

    let storage: Storage

    /// No labels.
    public static let none: Labels = [:]

    static let bucketLabel = "le"

    /// Creates a set whose names come from outside the program. A value may be any text.
    ///
    /// - Throws: ``MetricError`` where a name has other characters than the formats allow, begins with `__`, or occurs
    ///   twice.
    public init(_ pairs: [(name: String, value: String)]) throws(MetricError) {
        try NameSyntax.checkLabelNames(pairs)
        storage = Storage(pairs, rendered: Self.render(pairs))
    }

    private init(_ storage: Storage) {
        self.storage = storage
    }

    /// The names and values, in the order given.
    public var pairs: [(name: String, value: String)] { storage.pairs }

    /// Whether there is none.
    public var isEmpty: Bool { storage.pairs.isEmpty }

    /// The value of the label with a name; nil where there is none.
    public subscript(name: String) -> String? {
        storage.pairs.first { $0.name == name }?.value
    }

    private static func render(_ pairs: [(name: String, value: String)]) -> [UInt8] {
        var rendered: [UInt8] = []
        // Each has an equals sign, two quotation marks and, but for one, a comma.
        rendered.reserveCapacity(pairs.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 })
        for (index, (name, value)) in pairs.enumerated() {
            if index > 0 { rendered.append(UInt8(ascii: ",")) }
            rendered += name.utf8
            rendered += "=\"".utf8
            rendered.append(escaping: value, quotes: true)
            rendered.append(UInt8(ascii: "\""))
        }
        return rendered
    }

    /// These labels and then others.
    ///
    /// - Throws: ``MetricError/duplicateLabelName(_:)`` where both have a name.
    package func adding(_ others: Labels) throws(MetricError) -> Labels {
        if others.isEmpty { return self }
        if isEmpty { return others }
        for (name, _) in others.pairs where self[name] != nil { throw .duplicateLabelName(name) }
        let rendered = storage.rendered + CollectionOfOne(UInt8(ascii: ",")) + others.storage.rendered
        return Labels(Storage(pairs + others.pairs, rendered: rendered))
    }
}

extension Labels: Hashable {
    /// Whether the names and values are the same, in any order.
    public static func == (one: Labels, other: Labels) -> Bool {
        one.storage === other.storage
            || (one.storage.hash == other.storage.hash && one.storage.ordered == other.storage.ordered)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(storage.hash)
    }
}

extension Labels: ExpressibleByDictionaryLiteral {
    /// Creates a set whose names are written in the program. A value may be any text.
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
    /// The labels as the text formats write them between the braces.
    public var description: String { String(decoding: storage.rendered, as: UTF8.self) }
}
