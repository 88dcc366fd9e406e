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

    /// What ss tells of a socket that tells which sockets to report.
    public struct Socket {
        public var localPort: UInt16
        /// The processes that have it open; empty where they were not asked for.
        public var processes: Set<Int32>
    }

    /// Asks `ss -tan` for one family.
    public init(ipv6: Bool) throws {
        try self.init(ipv6: ipv6, options: "") { _ in true }
    }

    /// Asks `ss -tanp` for some of the sockets of one family.
    public init(ipv6: Bool, where isReported: (Socket) -> Bool) throws {
        try self.init(ipv6: ipv6, options: "p", where: isReported)
    }

    private init(ipv6: Bool, options: String, where isReported: (Socket) -> Bool) throws {
        for line in try Shell.output("ss -\(ipv6 ? 6 : 4)tanH\(options)").split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count >= 5, let receive = UInt64(words[1]), let send = UInt64(words[2]),
                let port = words[3].split(separator: ":").last.flatMap({ UInt16($0) })
            else {
                throw SSReportError(line: String(line))
            }
            let processes = line.matches(of: /pid=(\d+)/).compactMap { Int32($0.1) }
            guard isReported(Socket(localPort: port, processes: Set(processes))) else { continue }
            connections[String(words[0]), default: 0] += 1
            if words[0] == "LISTEN" {
                listeners.append("\(port) \(receive) \(send)")
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
