// SPDX-License-Identifier: Apache-2.0

/// The greatest of many, and the rest together: so that the number of series has a bound.
struct Folded<Key: Comparable & Sendable, Value: Sendable>: Sendable {
    /// In the order of their keys.
    var kept: [(key: Key, value: Value)]
    /// The rest together; nil where there is none.
    var rest: Value?
    /// How many the rest are.
    var restCount: Int
}

extension Folded {
    /// - Parameters:
    ///   - rank: what is great; between equals the lesser key wins.
    ///   - sum: two values together.
    init<Rank: Comparable>(
        _ all: some Sequence<(key: Key, value: Value)>, limit: Int, rank: (Value) -> Rank,
        sum: (Value, Value) -> Value
    ) {
        let limit = max(0, limit)
        let ranked = all.map { (rank: rank($0.value), pair: $0) }
            .sorted { $0.rank == $1.rank ? $0.pair.key < $1.pair.key : $0.rank > $1.rank }
        let rest = ranked.dropFirst(limit)
        kept = ranked.prefix(limit).map(\.pair).sorted { $0.key < $1.key }
        restCount = rest.count
        self.rest = rest.first.map { first in rest.dropFirst().reduce(first.pair.value) { sum($0, $1.pair.value) } }
    }

    /// More that belongs to the rest.
    mutating func addToRest(_ value: Value, count: Int, sum: (Value, Value) -> Value) {
        guard count > 0 else { return }
        rest = rest.map { sum($0, value) } ?? value
        restCount += count
    }
}
