// SPDX-License-Identifier: Apache-2.0

import CSocketTypes
import Testing

@testable import SocketStatistics

struct ListenerRecordTests {
    @Test func aRecordIsTheSumOfItsSockets() {
        var record = cst_listener()
        record.address.0 = 127
        record.address.3 = 1
        record.port = 80
        record.sockets = 3
        record.full_sockets = 1
        record.backlog = 11
        record.backlog_limit = 30
        record.fullest_backlog = 3
        record.fullest_limit = 5
        record.drops = 7
        let socket = ListeningSocket(record, interface: "lo")
        #expect(socket.endpoint == Endpoint(IPAddress(ipv4: 0x7f00_0001), port: 80, interface: "lo"))
        #expect(
            socket.listener
                == Listener(sockets: 3, backlog: 11, backlogLimit: 30, drops: 7, fullSockets: 1, fullness: 0.5))
    }

    @Test(arguments: [(0, 0), (3, 5), (5, 5), (6, 5), (6, 0)] as [(UInt64, UInt64)])
    func aRecordOfOneSocketIsThatSocket(_ backlog: UInt64, _ limit: UInt64) {
        var record = cst_listener()
        record.family = 1
        record.sockets = 1
        record.backlog = backlog
        record.backlog_limit = limit
        record.fullest_backlog = UInt32(backlog)
        record.fullest_limit = UInt32(limit)
        record.full_sockets = backlog > limit ? 1 : 0
        let socket = ListeningSocket(record, interface: nil)
        #expect(socket.endpoint.address.family == .ipv6)
        #expect(socket.listener == Listener(backlog: backlog, backlogLimit: limit, drops: 0))
    }
}
