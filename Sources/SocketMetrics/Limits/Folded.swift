// SPDX-License-Identifier: Apache-2.0

/// Some of many, and the rest together: so that the number of series has a bound.
struct Folded<Key: Hashable & Comparable & Sendable, Value: Sendable>: Sendable {
    /// In the order of their keys.
    var kept: [(key: Key, value: Value)]
    /// The rest together; nil where there is none, or where it is not known whole.
    var rest: Value?
    /// How many the rest are.
    var restCount: Int
}

extension Folded {
    /// Keeps the members, and adds up the others.
    ///
    /// - Parameters:
    ///   - all: each key once.
    ///   - sum: two values together.
    init(_ all: [Key: Value], keeping members: Set<Key>, sum: (Value, Value) -> Value) {
        kept = all.filter { members.contains($0.key) }.map { ($0.key, $0.value) }.sorted { $0.key < $1.key }
        let others = all.filter { !members.contains($0.key) }.values
        restCount = others.count
        rest = others.first.map { first in others.dropFirst().reduce(first, sum) }
    }

    /// Keeps the greatest, and in doubt those that were kept before.
    ///
    /// - Parameters:
    ///   - members: those that were kept before; afterwards those that are kept.
    ///   - rank: what is great.
    ///   - outranks: whether the first takes the place of the second, which was kept before.
    init<Rank: Comparable>(
        _ all: [Key: Value], limit: Int, members: inout Set<Key>, rank: (Value) -> Rank,
        outranks: (Rank, Rank) -> Bool, sum: (Value, Value) -> Value
    ) {
        let ranks = all.map { (key: $0.key, rank: rank($0.value)) }
        members = Membership.choose(ranks, limit: limit, previous: members, outranks: outranks)
        self.init(all, keeping: members, sum: sum)
    }

    /// Adds what a source did not tell apart to the rest.
    ///
    /// - Parameters:
    ///   - value: nil where it is not known: then nor is the rest, which is the sum.
    ///   - count: how many these are.
    mutating func addToRest(_ value: Value?, count: Int, sum: (Value, Value) -> Value) {
        restCount += count
        guard let value else {
            rest = nil
            return
        }
        if count > 0 {
            rest = rest.map { sum($0, value) } ?? value
        }
    }
}
