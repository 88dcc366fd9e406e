// SPDX-License-Identifier: Apache-2.0

import KernelTestSupport

@testable import SocketStatistics

/// A moment in which nothing changes, so that all observers must say the same of it.
enum QuietMoment {
    /// What netlink says, and something else of the same moment: the kernel's timers go on under the test.
    static func observe<Other>(_ body: () throws -> Other) throws -> (TCPStatistics, Other) {
        let netlink = NetlinkSource()
        for _ in 0..<50 {
            let before = try netlink.scan().statistics
            let other = try body()
            if try netlink.scan().statistics == before {
                return (before, other)
            }
        }
        throw TestSystemError("a quiet moment among 50 observations", 62)
    }
}

extension SSReport {
    /// The names of states as ss writes them.
    static let stateNames: [TCPState: String] = [
        .established: "ESTAB", .synSent: "SYN-SENT", .synReceived: "SYN-RECV", .finWait1: "FIN-WAIT-1",
        .finWait2: "FIN-WAIT-2", .timeWait: "TIME-WAIT", .close: "UNCONN", .closeWait: "CLOSE-WAIT",
        .lastAck: "LAST-ACK", .listen: "LISTEN", .closing: "CLOSING",
    ]
}
