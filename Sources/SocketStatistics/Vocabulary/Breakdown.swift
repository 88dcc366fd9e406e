// SPDX-License-Identifier: Apache-2.0

/// Counts by key, such as a port or a network namespace, with the sum of the keys beyond a limit.
public struct Breakdown<Key: Hashable & Sendable, Counts: Sendable>: Sendable {
    /// The counts of each key within the limit.
    public var counts: [Key: Counts]
    /// The counts of all other keys together; nil where they are not known completely.
    public var others: Counts?
    /// How many other keys there are, at least.
    public var otherKeys: Int

    /// Creates a breakdown of counts that were taken elsewhere.
    ///
    /// - Parameters:
    ///   - counts: The counts of each key within the limit.
    ///   - others: The counts of all other keys, 0 where there are none; nil where they are not known completely.
    ///   - otherKeys: How many other keys there are, at least.
    public init(_ counts: [Key: Counts] = [:], others: Counts?, otherKeys: Int = 0) {
        self.counts = counts
        self.others = others
        self.otherKeys = otherKeys
    }

    /// The counts of a key; nil where it has none, or is among the others.
    public subscript(key: Key) -> Counts? {
        get { counts[key] }
        set { counts[key] = newValue }
    }
}

extension Breakdown: Equatable where Counts: Equatable {}
extension Breakdown: Hashable where Counts: Hashable {}
