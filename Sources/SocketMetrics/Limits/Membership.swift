// SPDX-License-Identifier: Apache-2.0

/// Which of many have series of their own: the greatest, with some inertia, so that series do not come and go with each
/// scrape.
enum Membership {
    /// Chooses members.
    ///
    /// Who was a member stays one until it has gone, or until one that is not a member outranks it. Free places go to
    /// the greatest, and between equals to the lesser key.
    ///
    /// - Parameters:
    ///   - ranks: all that there are, each key once.
    ///   - limit: how many members there may be.
    ///   - previous: the members until now.
    ///   - outranks: whether the first, which is not a member, takes the place of the second, which is one. It must not
    ///     be true of a lesser rank.
    static func choose<Key: Hashable & Comparable, Rank: Comparable>(
        _ ranks: [(key: Key, rank: Rank)], limit: Int, previous: Set<Key>, outranks: (Rank, Rank) -> Bool
    ) -> Set<Key> {
        let sorted = ranks.sorted { $0.rank == $1.rank ? $0.key < $1.key : $0.rank > $1.rank }
        let limit = max(0, limit)
        guard sorted.count > limit else { return Set(sorted.map(\.key)) }
        // The limit may be a lower one than before.
        let incumbents = sorted.filter { previous.contains($0.key) }.prefix(limit)
        var members = Set(incumbents.map(\.key))
        var outsiders = sorted.filter { !members.contains($0.key) }[...]
        for outsider in outsiders.prefix(limit - incumbents.count) {
            members.insert(outsider.key)
        }
        outsiders = outsiders.dropFirst(limit - incumbents.count)
        // The greatest outsider against the least incumbent, and so on: after one that fails, all fail.
        for (outsider, incumbent) in zip(outsiders, incumbents.reversed()) {
            guard outranks(outsider.rank, incumbent.rank) else { break }
            members.remove(incumbent.key)
            members.insert(outsider.key)
        }
        return members
    }

    /// Whether a number is greater than a member's by more than a quarter, and by more than 1.
    static func outranks(_ outsider: UInt64, _ member: UInt64) -> Bool {
        outsider > member && outsider - member > max(1, member / 4)
    }
}
