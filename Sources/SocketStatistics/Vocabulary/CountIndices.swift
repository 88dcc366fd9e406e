// SPDX-License-Identifier: Apache-2.0

internal import CSocketTypes

extension AddressFamily {
    /// Its index in the arrays of counts of all sources.
    var index: Int {
        switch self {
        case .ipv4: Int(CST_IPV4)
        case .ipv6: Int(CST_IPV6)
        }
    }
}

extension ListeningSocket {
    /// - Parameter interface: the name of the interface that the record has the index of; nil where it has none.
    init(_ record: cst_listener, interface: String?) {
        let family = Int(record.family) == AddressFamily.ipv6.index ? AddressFamily.ipv6 : .ipv4
        self.init(
            endpoint: Endpoint(IPAddress(family, record.address), port: record.port, interface: interface),
            listener: Listener(
                sockets: UInt64(record.sockets), backlog: record.backlog, backlogLimit: record.backlog_limit,
                drops: record.drops, fullSockets: UInt64(record.full_sockets),
                fullness: Listener.fullness(
                    backlog: UInt64(record.fullest_backlog), limit: UInt64(record.fullest_limit))))
    }
}
