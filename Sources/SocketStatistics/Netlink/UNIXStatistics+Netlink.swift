// SPDX-License-Identifier: Apache-2.0

internal import CNetlink
internal import CSocketTypes

extension UNIXStatistics {
    /// An answer as statistics.
    init(_ answer: UNIXConversation.Answer) {
        self.init(sockets: answer.counts.sockets, listeners: Breakdown(answer.listeners))
    }
}

extension cnl_unix_counts {
    /// Sockets by kind and state.
    fileprivate var sockets: [UNIXStatistics.Group: UInt64] {
        var counts = self
        let pairs = UNIXStatistics.Group.all.map { group in
            (group, unsafe cnl_unix_sockets(&counts, UInt32(group.kind.index), UInt32(group.state.number)))
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }
}

extension UNIXSocketKind {
    /// Its index in the array of counts.
    fileprivate var index: Int {
        switch self {
        case .stream: Int(CNL_UNIX_STREAM)
        case .datagram: Int(CNL_UNIX_DGRAM)
        case .sequencedPacket: Int(CNL_UNIX_SEQPACKET)
        }
    }
}

extension UNIXState {
    /// The kernel's number for it.
    fileprivate var number: Int {
        switch self {
        case .established: Int(CST_ESTABLISHED)
        case .close: Int(CST_CLOSE)
        case .listen: Int(CST_LISTEN)
        }
    }
}

extension Breakdown<UNIXSocketName, UNIXListener> {
    /// The sockets that share a name added up. Those of the rest are taken for as many names.
    fileprivate init(_ listeners: NetlinkSocket.UNIXListeners) {
        self.init(
            Dictionary(
                listeners.records.map { (UNIXSocketName($0), UNIXListener($0)) }, uniquingKeysWith: +),
            others: listeners.rest, otherKeys: Int(clamping: listeners.rest.sockets))
    }
}

extension UNIXSocketName {
    fileprivate init(_ record: cnl_unix_listener) {
        var record = record
        let size = Int(record.name_size)
        self.init(bytes: unsafe withUnsafeBytes(of: &record.name) { unsafe Array($0.prefix(size)) })
    }
}

extension UNIXListener {
    fileprivate init(_ record: cnl_unix_listener) {
        self.init(backlog: UInt64(record.backlog), backlogLimit: UInt64(record.backlog_limit))
    }
}

extension UnknownCounts {
    init(_ counts: cnl_unix_counts) {
        self.init(
            families: counts.unknown_families, states: counts.unknown_states, kinds: counts.unknown_kinds,
            attributes: counts.unknown_attributes, messages: counts.unknown_messages)
    }
}
