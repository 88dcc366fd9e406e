// SPDX-License-Identifier: Apache-2.0

internal import SocketStatistics

/// Which listener on a UNIX socket gets series of its own before another: one with a full queue, then the one with the
/// longer backlog.
struct UNIXListenerRank: Comparable {
    private let isFull: Bool
    private let backlog: UInt64

    init(_ listener: UNIXListener) {
        isFull = listener.fullSockets > 0
        backlog = listener.backlog
    }

    static func < (left: UNIXListenerRank, right: UNIXListenerRank) -> Bool {
        left.isFull == right.isFull ? left.backlog < right.backlog : right.isFull
    }

    /// Whether a listener without series takes those of one that has them: at once where its queue alone is full, and
    /// otherwise with a clearly longer backlog.
    static func outranks(_ outsider: UNIXListenerRank, _ member: UNIXListenerRank) -> Bool {
        outsider.isFull == member.isFull ? Membership.outranks(outsider.backlog, member.backlog) : outsider.isFull
    }
}

extension Folded<UNIXSocketName, UNIXListener> {
    /// Keeps the listeners in trouble and those with the longest backlogs, and in doubt those that were kept before.
    ///
    /// - Parameter members: those that were kept before; afterwards those that are kept.
    init(_ listeners: Breakdown<UNIXSocketName, UNIXListener>, limit: Int, members: inout Set<UNIXSocketName>) {
        self.init(
            listeners.counts, limit: limit, members: &members, rank: { UNIXListenerRank($0) },
            outranks: UNIXListenerRank.outranks, sum: +)
        addToRest(listeners.others, count: listeners.otherKeys, sum: +)
    }
}
