// SPDX-License-Identifier: Apache-2.0

import Glibc
import KernelTestSupport
import Testing

@testable import SocketStatistics

/// How connections are doing, from the sources that tell, beside ss.
@Suite(.enabled(if: Privilege.runsRootTests, "needs root for a network namespace"))
struct LatencyTests {
    private static var sources: [any StatisticsSource<TCPStatistics>] {
        let options: TCPScanOptions = [.latency, .idle]
        return [NetlinkSource(options)] + (Privilege.runsBPFTests ? [BPFSource(options)] : [])
    }

    private static func latency() throws -> [PortBreakdown<TCPLatency>] {
        try sources.map { try #require(try $0.scan().statistics.latency) }
    }

    /// What ss tells of the connections that are counted, those on a port together.
    private static func expected(_ connections: [SSDetails]) -> TCPLatency {
        connections.filter { $0.state != "TIME-WAIT" && $0.state != "SYN-RECV" && $0.state != "UNCONN" }
            .map { connection in
                let trips = connection.roundTrip.map { [Double($0) / 1e6] } ?? []
                return TCPLatency(
                    roundTrips: distribution(trips, TCPLatency.roundTripBounds),
                    congestionWindows: distribution(
                        [Double(connection.window)], TCPLatency.congestionWindowBounds),
                    unacknowledged: connection.unacknowledged > 0 ? 1 : 0,
                    retransmitting: connection.retransmissions > 0 ? 1 : 0,
                    zeroWindow: connection.peerWindow == 0 && connection.state != "SYN-SENT" ? 1 : 0,
                    lostSegments: connection.lost)
            }.reduce(TCPLatency(), +)
    }

    private static func distribution(_ values: [Double], _ bounds: [Double]) -> Distribution {
        var counts = [UInt64](repeating: 0, count: bounds.count + 1)
        for value in values {
            counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
        }
        return Distribution(bounds: bounds, counts: counts, sum: values.reduce(0, +))
    }

    /// The same but for the rounding of sums.
    private static func expectEqual(_ latency: TCPLatency?, _ expected: TCPLatency, _ what: String) throws {
        let latency = try #require(latency)
        #expect(latency.roundTrips.counts == expected.roundTrips.counts, "\(what)")
        #expect(abs(latency.roundTrips.sum - expected.roundTrips.sum) < 1e-7, "\(what)")
        #expect(latency.congestionWindows == expected.congestionWindows, "\(what)")
        #expect(latency.unacknowledged == expected.unacknowledged, "\(what)")
        #expect(latency.retransmitting == expected.retransmitting, "\(what)")
        #expect(latency.zeroWindow == expected.zeroWindow, "\(what)")
        #expect(latency.lostSegments == expected.lostSegments, "\(what)")
    }

    /// Waits until ss tells of a connection on a port what is waited for.
    private static func await(_ what: String, where isThere: (SSDetails) -> Bool) throws {
        for _ in 0..<400 {
            if try SSDetails.all().contains(where: isThere) { return }
            usleep(25_000)
        }
        throw TestSystemError("waiting for \(what)", ETIMEDOUT)
    }

    /// Each connection is in the bucket of the delay that was made, and in that of ss.
    @Test func roundTripsAreThoseThatWereMade() throws {
        let delays: [Int32] = [0, 3, 25, 250]
        try TestThread.inNetworkNamespace {
            let link = try DelayedLink()
            var kept: [TestSocket] = []
            var listeners: [TestSocket] = []
            for (index, delay) in delays.enumerated() {
                let peer = UInt8(2 + index)
                link.delay(peer, milliseconds: delay)
                let listener = try link.listener()
                for _ in 0..<3 {
                    let (client, server) = try link.connection(to: peer, listener)
                    kept += [client, server]
                }
                listeners.append(listener)
            }
            let details = try SSDetails.all()
            for latency in try Self.latency() {
                for (listener, delay) in zip(listeners, delays) {
                    let port = latency.listening[listener.port]
                    try Self.expectEqual(
                        port, Self.expected(details.filter { $0.localPort == listener.port }), "\(delay) ms")
                    // The server's ends have measured the handshake.
                    #expect(port?.roundTrips.count == 3)
                    let least = Double(2 * delay) / 1000
                    let below = zip(TCPLatency.roundTripBounds, port?.roundTrips.counts ?? [])
                        .filter { bound, _ in bound < least }.map(\.1).reduce(0, +)
                    #expect(below == 0, "\(delay) ms")
                }
                let ports = Set(listeners.map(\.port))
                try Self.expectEqual(
                    latency.unlistened, Self.expected(details.filter { !ports.contains($0.localPort) }), "clients")
                #expect(latency.unlistened.roundTrips.count == 12)
            }
            withExtendedLifetime((link, kept)) {}
        }
    }

    /// A peer that vanished, a reader that stopped, and a listener that does not answer.
    @Test func whatWaitsForAnAnswerIsCounted() throws {
        try TestThread.inNetworkNamespace {
            let link = try DelayedLink()
            let vanished = try link.listener()
            let (client, server) = try link.connection(to: 2, vanished)
            let (other, otherServer) = try link.connection(to: 3, vanished)
            link.delay(2, milliseconds: nil)
            try server.send(1000)
            let slow = try TestPopulation().connection()
            try slow.client.sendUntilFull()
            let silent = try TestSocket()
            link.delay(4, milliseconds: nil)
            try link.connect(silent, to: 4, port: vanished.port)

            try Self.await("a retransmission") { $0.retransmissions > 0 && $0.lost > 0 && $0.localPort == vanished.port }
            try Self.await("a retransmission of the SYN") { $0.state == "SYN-SENT" && $0.retransmissions > 0 }
            try Self.await("a closed window") { $0.localPort == slow.client.port && $0.peerWindow == 0 }
            let details = try SSDetails.all()
            for latency in try Self.latency() {
                let port = try #require(latency.listening[vanished.port])
                #expect(port.unacknowledged == 1)
                #expect(port.retransmitting == 1)
                #expect(port.lostSegments == 1)
                #expect(port.zeroWindow == 0)
                try Self.expectEqual(
                    port, Self.expected(details.filter { $0.localPort == vanished.port }), "the server's side")
                // The silent one, and the one whose window is closed.
                #expect(latency.unlistened.retransmitting == 1)
                #expect(latency.unlistened.zeroWindow == 1)
            }
            withExtendedLifetime((link, client, other, otherServer, slow)) {}
        }
    }

    /// TIME_WAIT, listeners and requests say nothing of a connection.
    @Test func whatIsNoConnectionIsNotCounted() throws {
        try TestThread.inNetworkNamespace {
            let population = TestPopulation()
            try population.timeWait()
            try population.synReceived()
            let details = try SSDetails.all()
            for latency in try Self.latency() {
                let all = latency.listening.counts.values.reduce(latency.unlistened, +)
                try Self.expectEqual(all, Self.expected(details), "all")
                #expect(all.congestionWindows.count == 1)
                #expect(latency.listening.others == TCPLatency())
            }
            withExtendedLifetime(population) {}
        }
    }

    /// What was idle for seconds is told from what was not, and CLOSE_WAIT from ESTABLISHED.
    @Test func idleTimesAreThoseOfSS() throws {
        try TestThread.inNetworkNamespace {
            let population = TestPopulation()
            let old = try population.connection()
            try population.halfClosed()
            usleep(1_300_000)
            let fresh = try population.connection()
            let details = try SSDetails.all()
            func idle(_ state: String) -> [UInt64] {
                let seconds = details.filter { $0.state == state }.map { Double(min($0.lastSent, $0.lastReceived)) / 1000 }
                return Self.distribution(seconds, TCPIdleness.bounds).counts
            }
            for source in Self.sources {
                let before = try #require(try NetlinkSource([.idle]).scan().statistics.idleness)
                let scan = try #require(try source.scan().statistics.idleness)
                let after = try #require(try NetlinkSource([.idle]).scan().statistics.idleness)
                let (least, all, most) = (before.total, scan.total, after.total)
                #expect(all.established.counts == idle("ESTAB"), "\(source.kind)")
                #expect(all.closeWait.counts == idle("CLOSE-WAIT"), "\(source.kind)")
                #expect((least.established.sum...most.established.sum).contains(all.established.sum), "\(source.kind)")
                #expect((least.closeWait.sum...most.closeWait.sum).contains(all.closeWait.sum), "\(source.kind)")
                #expect(all.established.counts.prefix(2) == [2, 2])
                #expect(all.closeWait.counts.prefix(2) == [0, 1])
            }
            withExtendedLifetime((population, old, fresh)) {}
        }
    }
}

extension PortBreakdown<TCPIdleness> {
    fileprivate var total: TCPIdleness {
        listening.counts.values.reduce(unlistened, +)
    }
}
