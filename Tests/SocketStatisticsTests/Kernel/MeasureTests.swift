// SPDX-License-Identifier: Apache-2.0

import CSocketTypes
import Foundation
import KernelTestSupport
import Testing

@testable import SocketStatistics

/// Round trips, windows and idle times of real connections, from the sources that tell, which `ss -tino` tells too.
@Suite(.enabled(if: Privilege.runsRootTests, "needs root for a network namespace"))
struct MeasureTests {
    /// What ss tells of a connection.
    struct Connection: Equatable {
        var port: UInt16
        var state: String
        var roundTripUS: UInt32
        var window: UInt32
        var isUnacknowledged: Bool
        var isRetransmitting: Bool
        var lost: UInt64
        var isPeerWindowZero: Bool
        /// In milliseconds.
        var idle: UInt64

        /// Those that the kernel keeps this of.
        static func all() throws -> [Connection] {
            try Shell.output("ss -tinoOH state connected exclude time-wait").split(separator: "\n").compactMap { line in
                let words = line.split(separator: " ").map(String.init)
                // Without a congestion control the kernel has only a minisocket or a request.
                guard words.contains(where: { $0.hasPrefix("cwnd:") }) else { return nil }
                func number(_ name: String) -> UInt64 {
                    let word = words.first { $0.hasPrefix(name + ":") }
                    return word.flatMap { UInt64($0.dropFirst(name.count + 1).prefix { $0.isNumber }) } ?? 0
                }
                let roundTrip = words.first { $0.hasPrefix("rtt:") }?.dropFirst(4).prefix { $0 != "/" }
                let timer = words.first { $0.hasPrefix("timer:(on,") }?.dropLast().split(separator: ",").last
                let local = try #require(words.dropFirst(3).first?.split(separator: ":").last)
                return Connection(
                    port: try #require(UInt16(local)), state: words[0],
                    roundTripUS: UInt32((roundTrip.flatMap { Double($0) } ?? 0) * 1000 + 0.5),
                    window: UInt32(number("cwnd")), isUnacknowledged: number("unacked") > 0,
                    isRetransmitting: number("retrans") > 0 || timer.flatMap { Int($0) } ?? 0 > 0,
                    lost: number("lost"), isPeerWindowZero: number("snd_wnd") == 0,
                    idle: min(number("lastsnd"), number("lastrcv")))
            }
        }
    }

    /// The same of both, where ss told it.
    static func latency(_ connections: [Connection]) -> TCPLatency {
        var roundTrips = [UInt64](repeating: 0, count: TCPLatency.roundTripBounds.count + 1)
        var windows = [UInt64](repeating: 0, count: TCPLatency.congestionWindowBounds.count + 1)
        for connection in connections {
            if connection.roundTripUS > 0 {
                let seconds = Double(connection.roundTripUS) / 1e6
                roundTrips[TCPLatency.roundTripBounds.firstIndex { seconds <= $0 } ?? roundTrips.count - 1] += 1
            }
            let window = Double(connection.window)
            windows[TCPLatency.congestionWindowBounds.firstIndex { window <= $0 } ?? windows.count - 1] += 1
        }
        return TCPLatency(
            roundTrips: Distribution(
                bounds: TCPLatency.roundTripBounds, counts: roundTrips,
                sum: Double(connections.reduce(0) { $0 + UInt64($1.roundTripUS) }) / 1e6),
            congestionWindows: Distribution(
                bounds: TCPLatency.congestionWindowBounds, counts: windows,
                sum: Double(connections.reduce(0) { $0 + UInt64($1.window) })),
            unacknowledged: UInt64(connections.count(where: \.isUnacknowledged)),
            retransmitting: UInt64(connections.count(where: \.isRetransmitting)),
            zeroWindow: UInt64(
                connections.count { $0.isPeerWindowZero && !["SYN-SENT", "SYN-RECV"].contains($0.state) }),
            lostSegments: connections.reduce(0) { $0 + $1.lost })
    }

    static func sources(_ options: TCPScanOptions) -> [any StatisticsSource<TCPStatistics>] {
        [NetlinkSource(options)] + (Privilege.runsBPFTests ? [BPFSource(options)] : [])
    }

    @Test func latencyIsWhatSSTells() throws {
        try TestThread.inNetworkNamespace {
            let population = TestPopulation()
            try population.everyState()
            try population.vanishedPeer()
            usleep(700_000)  // The first retransmission comes after 200 ms or a little more.
            for source in Self.sources([.latency]) {
                var pair: (ss: [Connection], scan: TCPStatistics)?
                for _ in 0..<50 where pair == nil {
                    func steady() throws -> [Connection] {
                        try Connection.all().map { connection in
                            var connection = connection
                            connection.idle = 0
                            return connection
                        }
                    }
                    let before = try steady()
                    let scan = try source.scan().statistics
                    pair = try steady() == before ? (before, scan) : nil
                }
                let (ss, statistics) = try #require(pair)
                let latency = try #require(statistics.latency)
                #expect(statistics.idleness == nil)
                let ports = Set(try #require(statistics.ports).counts.keys)
                #expect(Set(latency.listening.counts.keys) == ports)
                #expect(latency.listening.otherKeys == 0)
                #expect(latency.listening.others == TCPLatency())
                #expect(latency.unlistened.isEqual(to: Self.latency(ss.filter { !ports.contains($0.port) })))
                for port in ports {
                    let expected = Self.latency(ss.filter { $0.port == port })
                    #expect(latency.listening[port]?.isEqual(to: expected) == true, "port \(port)")
                }
                let all = latency.listening.counts.values.reduce(latency.unlistened, +)
                #expect(all.retransmitting >= 1)
                #expect(all.unacknowledged >= 1)
                #expect(try #require(all.zeroWindow) >= 1)
                #expect(all.roundTrips.count > 20)
            }
            withExtendedLifetime(population) {}
        }
    }

    @Test func idleTimesAreWhatSSTells() throws {
        try TestThread.inNetworkNamespace {
            let population = TestPopulation()
            try population.halfClosed()
            try population.connection()
            usleep(1_200_000)
            try population.connection(.ipv6)
            for source in Self.sources([.idle]) {
                let before = try Connection.all()
                let statistics = try source.scan().statistics
                let after = try Connection.all()
                #expect(statistics.latency == nil)
                let idleness = try #require(statistics.idleness)
                let all = idleness.listening.counts.values.reduce(idleness.unlistened, +)
                for (distribution, state) in [(all.established, "ESTAB"), (all.closeWait, "CLOSE-WAIT")] {
                    func sum(_ connections: [Connection]) -> Double {
                        Double(connections.filter { $0.state == state }.reduce(0) { $0 + $1.idle }) / 1e3
                    }
                    #expect(sum(before) - 1e-9...sum(after) + 1e-9 ~= distribution.sum, "\(state)")
                }
                // Older than a second, and younger.
                #expect(Array(all.established.counts.prefix(3)) == [2, 2, 0])
                #expect(Array(all.closeWait.counts.prefix(3)) == [0, 1, 0])
                #expect(idleness.unlistened.established.count == 2)
                #expect(idleness.unlistened.closeWait.count == 0)
            }
            withExtendedLifetime(population) {}
        }
    }

    @Test func allOptionsTogetherCountTheSameSockets() throws {
        try TestThread.inNetworkNamespace {
            let population = TestPopulation()
            try population.everyState()
            for source in Self.sources([.cgroups, .latency, .idle]) {
                let (plain, with) = try QuietMoment.observe { try source.scan().statistics }
                var rest = with
                (rest.cgroups, rest.latency, rest.idleness) = (nil, nil, nil)
                // The other source is one that tells more, and less.
                if source.kind == .netlink { #expect(rest == plain) }
                #expect(rest.connections == plain.connections)
                #expect(with.latency != nil && with.idleness != nil)
            }
            withExtendedLifetime(population) {}
        }
    }
}

extension TCPLatency {
    /// The sum of fractions is not the same in another order.
    func isEqual(to other: TCPLatency) -> Bool {
        guard abs(roundTrips.sum - other.roundTrips.sum) < 1e-9 else { return false }
        var (left, right) = (self, other)
        left.roundTrips = Distribution(bounds: roundTrips.bounds, counts: roundTrips.counts)
        right.roundTrips = Distribution(bounds: roundTrips.bounds, counts: other.roundTrips.counts)
        return left == right
    }
}
