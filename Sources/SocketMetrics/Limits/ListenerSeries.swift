// SPDX-License-Identifier: Apache-2.0

internal import SocketStatistics

/// What identifies a listener's series.
struct ListenerKey: Hashable, Comparable, Sendable {
    /// The name of its network namespace; nil for the own one.
    var namespace: String?
    var endpoint: Endpoint

    /// Creates a key. An interface without a name is none: their series would have equal labels.
    init(_ endpoint: Endpoint, in namespace: String? = nil) {
        self.namespace = namespace
        self.endpoint = endpoint
        if endpoint.interface?.isEmpty == true {
            self.endpoint.interface = nil
        }
    }

    /// The own namespace's first, and those of a namespace by endpoint.
    static func < (left: ListenerKey, right: ListenerKey) -> Bool {
        (left.namespace ?? "", left.endpoint) < (right.namespace ?? "", right.endpoint)
    }
}

/// The values of a listener's series.
struct ListenerSeries: Sendable {
    var listener: Listener
    /// What it has dropped since it was seen first, and since the scan before.
    var drops = MonotonicTotals<ListenerKey>.Total()
    /// Whose it is.
    var standing = Standing.own

    static func + (left: ListenerSeries, right: ListenerSeries) -> ListenerSeries {
        ListenerSeries(listener: left.listener + right.listener, standing: min(left.standing, right.standing))
    }
}

/// Whose something is: what any user can create does not take the series of what is trusted more.
enum Standing: Int, Comparable, Sendable {
    /// Of a namespace that any user can have created.
    case tenant
    /// Of another namespace of the host.
    case host
    /// Of a namespace that the administrator gave a name.
    case named
    /// Of the own namespace.
    case own

    static func < (left: Standing, right: Standing) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// Which listener gets series of its own before another: those of the own namespace first, then those of others by
/// standing; among these the ones in trouble, which have a full queue or dropped something since the scan before; then
/// by all drops, then by the backlog.
struct ListenerRank: Comparable {
    private let standing: Standing
    private let isInTrouble: Bool
    private let drops: UInt64
    private let backlog: UInt64

    init(_ series: ListenerSeries) {
        isInTrouble = series.drops.increase > 0 || series.listener.fullSockets > 0
        standing = series.standing
        drops = series.drops.value
        backlog = series.listener.backlog
    }

    private var precedence: Int { 2 * standing.rawValue + (isInTrouble ? 1 : 0) }

    static func < (left: ListenerRank, right: ListenerRank) -> Bool {
        (left.precedence, left.drops, left.backlog) < (right.precedence, right.drops, right.backlog)
    }

    /// Whether a listener without series takes those of one that has them: at once where it takes precedence, and
    /// otherwise with clearly more drops, or with a clearly longer backlog where the drops tell no difference.
    static func outranks(_ outsider: ListenerRank, _ member: ListenerRank) -> Bool {
        guard outsider.precedence == member.precedence else { return outsider.precedence > member.precedence }
        return Membership.outranks(outsider.drops, member.drops)
            || outsider.drops >= member.drops && Membership.outranks(outsider.backlog, member.backlog)
    }
}
