// SPDX-License-Identifier: Apache-2.0

/// What `ss` of iproute2 tells of the UDP sockets in the calling thread's network namespace.
public struct SSUDPReport: Hashable, Sendable {
    /// Sockets by the state's name as ss writes it: `ESTAB` and `UNCONN`.
    public var sockets: [String: UInt64] = [:]
    public var receiveQueueBytes: UInt64 = 0
    public var sendQueueBytes: UInt64 = 0
    /// Drops by local port, also where there are none.
    public var drops: [UInt16: UInt64] = [:]

    /// Asks `ss -uanm` for one family.
    public init(ipv6: Bool) throws {
        for line in try Shell.output("ss -\(ipv6 ? 6 : 4)uanmHO").split(separator: "\n") {
            let words = line.split(separator: " ")
            // The end of skmem:(r0,rb212992,t0,tb212992,f4096,w0,o0,bl0,d0)
            guard words.count >= 5, let receive = UInt64(words[1]), let send = UInt64(words[2]),
                let port = words[3].split(separator: ":").last.flatMap({ UInt16($0) }),
                let dropped = line.firstMatch(of: /skmem:\(.*,d(\d+)\)/).flatMap({ UInt64($0.1) })
            else {
                throw SSReportError(line: String(line))
            }
            sockets[String(words[0]), default: 0] += 1
            receiveQueueBytes += receive
            sendQueueBytes += send
            drops[port, default: 0] += dropped
        }
    }
}
