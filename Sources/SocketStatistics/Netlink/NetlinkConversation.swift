// SPDX-License-Identifier: Apache-2.0

internal import CNetlink

/// The dialogue with the kernel across scans: the open socket, and what was learned about the kernel.
struct NetlinkConversation: ~Copyable {
    /// The answer to one request for all sockets.
    struct Answer {
        var counts: cnl_tcp_counts
        var containsBoundInactive: Bool
    }

    /// How often a scan is begun again before it gives up.
    private static let retryLimit = 3

    private let wantsBoundInactive: Bool
    private var socket: NetlinkSocket?
    private var requests = [CNL_REQUEST_BOTH_FAMILIES]
    private var reportsBoundInactive: Bool?
    private(set) var retries: UInt64 = 0

    init(wantsBoundInactive: Bool) {
        self.wantsBoundInactive = wantsBoundInactive
    }

    /// Asks for all sockets, again where the answer was not good and a new one may be.
    mutating func ask() throws(NetlinkSocket.Failure) -> Answer {
        for _ in 0..<Self.retryLimit {
            do {
                return try askOnce()
            } catch {
                guard error.isTransient else { throw error }
                retries += 1
            }
        }
        return try askOnce()
    }

    private mutating func askOnce() throws(NetlinkSocket.Failure) -> Answer {
        // Taken out while it is used and put back when all is well: after an error the rest of an abandoned answer
        // may still arrive on it, so the next question is asked on a new one.
        let socket = try takeSocket()
        do {
            let answer = try answer(on: socket)
            self.socket = consume socket
            return answer
        } catch {
            if error.leavesSocketClean {
                self.socket = consume socket
            }
            throw error
        }
    }

    private mutating func takeSocket() throws(NetlinkSocket.Failure) -> NetlinkSocket {
        if let socket = socket.take() {
            return socket
        }
        return try NetlinkSocket()
    }

    private mutating func answer(on socket: borrowing NetlinkSocket) throws(NetlinkSocket.Failure) -> Answer {
        let states = try states(on: socket)
        do {
            return try answer(to: requests, states: states, on: socket)
        } catch {
            guard error.isUnsupported, requests.count == 1 else { throw error }
        }
        let requestsByFamily = [CNL_REQUEST_IPV4, CNL_REQUEST_IPV6]
        let answer = try answer(to: requestsByFamily, states: states, on: socket)
        requests = requestsByFamily
        return answer
    }

    private func answer(
        to requests: [cnl_request_kind], states: UInt32, on socket: borrowing NetlinkSocket
    ) throws(NetlinkSocket.Failure) -> Answer {
        var counts = cnl_tcp_counts()
        for request in requests {
            try socket.dump(request, states: states, into: &counts)
        }
        return Answer(counts: counts, containsBoundInactive: reportsBoundInactive == true)
    }

    private mutating func states(on socket: borrowing NetlinkSocket) throws(NetlinkSocket.Failure) -> UInt32 {
        let all = UInt32(CNL_ALL_STATES)
        guard wantsBoundInactive else { return all }
        if reportsBoundInactive == nil {
            do {
                reportsBoundInactive = try socket.reportsBoundInactive()
            } catch  where error.reason == CNL_NO_PROBE {
                // All ports are taken, perhaps. Those sockets are not counted then, and the next scan tries again.
            }
        }
        return reportsBoundInactive == true ? all & ~(1 << UInt32(CNL_CLOSE)) | 1 << UInt32(CNL_BOUND_INACTIVE) : all
    }
}
