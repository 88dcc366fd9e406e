// SPDX-License-Identifier: Apache-2.0

/// Totals that never fall, of sums that may: each increase from one scan to the next is added, and decreases are
/// ignored.
///
/// A sum falls when one of its sockets closes. What that socket counted after the last scan is lost, and so is what
/// others counted meanwhile, up to the amount by which the sum fell.
///
/// A dump over netlink may skip a socket once, when others in its chain close at that moment. So a key that is back
/// after a single scan without it goes on from its sum, if that is not smaller now; otherwise its sockets are new, and
/// it counts from 0.
///
/// Keys that are gone are remembered, so that they continue from their totals when they come back: the ``limit`` of
/// them that were seen last. A key that comes back after it was forgotten begins with its sum, as after a restart.
struct MonotonicTotals<Key: Hashable & Comparable & Sendable>: Sendable {
    /// A total after a scan, and how much it grew with it.
    struct Total: Hashable, Sendable {
        var value: UInt64 = 0
        var increase: UInt64 = 0
    }

    private struct Entry {
        var total: UInt64
        /// The sum in the scan before.
        var sum: UInt64
        /// The scan that saw it last.
        var scan: UInt64
        /// The scan before counted its sockets, and found none.
        var wasAbsent = false
    }

    /// The most keys that are remembered after they are gone.
    let limit: Int
    /// A key that was always 0 has no entry.
    private var entries: [Key: Entry] = [:]
    private var scan: UInt64 = 0

    /// Creates totals of nothing.
    init(limit: Int) {
        self.limit = limit
    }

    /// How many are remembered.
    var count: Int { entries.count }

    /// Adds what a scan found.
    ///
    /// - Parameters:
    ///   - sums: all that there is in the scan.
    ///   - wasCounted: whether one that is not among the sums has gone, which is so unless the scan failed to count it.
    /// - Returns: the totals above 0.
    mutating func add(
        _ sums: [Key: UInt64], wasCounted: (Key) -> Bool = { _ in true }
    ) -> [Key: Total] {
        scan += 1
        var totals: [Key: Total] = [:]
        for (key, sum) in sums {
            let old = entries[key] ?? Entry(total: 0, sum: 0, scan: scan)
            let before = old.wasAbsent && sum < old.sum ? 0 : old.sum
            let increase = sum > before ? sum - before : 0
            let total = old.total + increase
            guard total > 0 else { continue }
            entries[key] = Entry(total: total, sum: sum, scan: scan)
            totals[key] = Total(value: total, increase: increase)
        }
        let vanished = entries.filter { $0.value.scan != scan }
        for (key, entry) in vanished where wasCounted(key) {
            entries[key]?.sum = entry.wasAbsent ? 0 : entry.sum
            entries[key]?.wasAbsent = true
        }
        forget(vanished)
        return totals
    }

    private mutating func forget(_ vanished: [Key: Entry]) {
        guard vanished.count > limit else { return }
        let oldest = vanished.sorted { ($0.value.scan, $0.key) < ($1.value.scan, $1.key) }
        for (key, _) in oldest.prefix(vanished.count - limit) {
            entries[key] = nil
        }
    }
}
