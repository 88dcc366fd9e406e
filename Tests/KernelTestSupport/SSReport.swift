// SPDX-License-Identifier: Apache-2.0

/// What `ss` of iproute2 tells of the TCP sockets in the calling thread's network namespace.
public struct SSReport: Hashable, Sendable {
    /// Sockets by the state's name as ss writes it.
    public var connections: [String: UInt64] = [:]
    /// Bytes, without listeners.
    public var receiveQueueBytes: UInt64 = 0
    public var sendQueueBytes: UInt64 = 0
    /// Of each listening socket: `port backlog limit`, sorted.
    public var listeners: [String] = []

    /// Asks `ss -tan` for one family.
    public init(ipv6: Bool) throws {
        for line in try Shell.output("ss -\(ipv6 ? 6 : 4)tanH").split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count >= 5, let receive = UInt64(words[1]), let send = UInt64(words[2]) else {
                throw SSReportError(line: String(line))
            }
            connections[String(words[0]), default: 0] += 1
            if words[0] == "LISTEN" {
                listeners.append("\(words[3].split(separator: ":").last ?? "") \(receive) \(send)")
            } else {
                receiveQueueBytes += receive
                sendQueueBytes += send
            }
        }
        listeners.sort()
    }
}

/// A line of ss's that the test does not understand.
struct SSReportError: Error {
    let line: String
}
