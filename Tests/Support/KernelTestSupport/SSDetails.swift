// SPDX-License-Identifier: Apache-2.0

/// What `ss` of iproute2 tells of how a connection is doing, in the calling thread's network namespace.
public struct SSDetails: Hashable, Sendable {
    /// As ss writes it.
    public var state: String
    public var localPort: UInt16
    /// In microseconds; nil where none was measured.
    public var roundTrip: UInt64?
    public var window: UInt64
    public var unacknowledged: UInt64
    /// Retransmitted segments that are in flight.
    public var retransmissions: UInt64
    public var lost: UInt64
    /// The peer's receive window.
    public var peerWindow: UInt64
    /// Milliseconds since data was sent and received last.
    public var lastSent: UInt64
    public var lastReceived: UInt64
    /// The path of its cgroup.
    public var cgroup: String?

    /// Asks `ss -tani --cgroup`, listeners left out.
    public static func all() throws -> [SSDetails] {
        try Shell.output("ss -taniHO --cgroup").split(separator: "\n").compactMap { try SSDetails(String($0)) }
    }

    /// Nil for a listener.
    private init?(_ line: String) throws {
        let words = line.split(separator: " ")
        guard words.count >= 5, let port = words[3].split(separator: ":").last.flatMap({ UInt16($0) }) else {
            throw SSReportError(line: line)
        }
        guard words[0] != "LISTEN" else { return nil }
        func text(_ name: String) -> Substring? {
            words.dropFirst(5).first { $0.hasPrefix(name + ":") }.map { $0.dropFirst(name.utf8.count + 1) }
        }
        func number(_ name: String) -> UInt64 {
            text(name).flatMap { UInt64($0.prefix { $0.isNumber }) } ?? 0
        }
        state = String(words[0])
        localPort = port
        // In milliseconds: 0.047/0.023.
        roundTrip = text("rtt").flatMap { Double($0.prefix { $0 != "/" }) }.map { UInt64(($0 * 1000).rounded()) }
        window = number("cwnd")
        unacknowledged = number("unacked")
        retransmissions = number("retrans")
        lost = number("lost")
        peerWindow = number("snd_wnd")
        lastSent = number("lastsnd")
        lastReceived = number("lastrcv")
        cgroup = text("cgroup").map(String.init)
    }
}
