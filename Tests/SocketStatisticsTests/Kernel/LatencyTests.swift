// SPDX-License-Identifier: Apache-2.0

import Glibc
import KernelTestSupport
import Testing

@testable import SocketStatistics

/// Round trips and losses that are made, from the sources that tell, beside ss.
@Suite(.enabled(if: Privilege.runsRootTests, "needs root for a network namespace"))
struct LatencyTests {
    private static func latency() throws -> [PortBreakdown<TCPLatency>] {
        try MeasureTests.sources([.latency]).map { try #require(try $0.scan().statistics.latency) }
    }

    /// Waits until ss tells of a connection on a port what is waited for.
    private static func await(_ what: String, where isThere: (MeasureTests.Connection) -> Bool) throws {
        for _ in 0..<400 {
            if try MeasureTests.Connection.all().contains(where: isThere) { return }
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
            let details = try MeasureTests.Connection.all()
            for latency in try Self.latency() {
                for (listener, delay) in zip(listeners, delays) {
                    let port = latency.listening[listener.port]
                    let expected = MeasureTests.latency(details.filter { $0.port == listener.port })
                    #expect(port?.isEqual(to: expected) == true, "\(delay) ms")
                    // The server's ends have measured the handshake.
                    #expect(port?.roundTrips.count == 3)
                    let least = Double(2 * delay) / 1000
                    let below = zip(TCPLatency.roundTripBounds, port?.roundTrips.counts ?? [])
                        .filter { bound, _ in bound < least }.map(\.1).reduce(0, +)
                    #expect(below == 0, "\(delay) ms")
                }
                let ports = Set(listeners.map(\.port))
                let expected = MeasureTests.latency(details.filter { !ports.contains($0.port) })
                #expect(latency.unlistened.isEqual(to: expected))
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

            try Self.await("a retransmission") { $0.isRetransmitting && $0.lost > 0 && $0.port == vanished.port }
            try Self.await("a retransmission of the SYN") { $0.state == "SYN-SENT" && $0.isRetransmitting }
            try Self.await("a closed window") { $0.port == slow.client.port && $0.isPeerWindowZero }
            let details = try MeasureTests.Connection.all()
            for latency in try Self.latency() {
                let port = try #require(latency.listening[vanished.port])
                #expect(port.unacknowledged == 1)
                #expect(port.retransmitting == 1)
                #expect(port.lostSegments == 1)
                #expect(port.zeroWindow == 0)
                #expect(port.isEqual(to: MeasureTests.latency(details.filter { $0.port == vanished.port })))
                // The silent one, and the one whose window is closed.
                #expect(latency.unlistened.retransmitting == 1)
                #expect(latency.unlistened.zeroWindow == 1)
            }
            withExtendedLifetime((link, client, other, otherServer, slow)) {}
        }
    }
}
