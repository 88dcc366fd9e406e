// SPDX-License-Identifier: Apache-2.0

import CNetlink
import CSocketTypes
import Testing

/// A `struct tcp_info`, with numbers in the fields that are not read too.
private struct Info {
    static let whole = 248

    var retransmits: UInt8 = 0
    var unacknowledged: UInt32 = 0
    var lost: UInt32 = 0
    var retransmitted: UInt32 = 0
    var sent: UInt32 = 7
    var received: UInt32 = 7
    var roundTrip: UInt32 = 0
    var window: UInt32 = 10
    var peerWindow: UInt32 = 64_000
    var size = Self.whole

    /// The attribute, or nothing where the size is nil.
    var attribute: [UInt8] {
        var bytes = [UInt8](repeating: 0xa5, count: max(size, Self.whole))
        bytes[2] = retransmits
        bytes.put(unacknowledged, at: 24)
        bytes.put(lost, at: 32)
        bytes.put(retransmitted, at: 36)
        bytes.put(sent, at: 44)
        bytes.put(received, at: 52)
        bytes.put(roundTrip, at: 68)
        bytes.put(window, at: 80)
        bytes.put(peerWindow, at: 228)
        return SocketMessage.attribute(2, value: Array(bytes.prefix(size)))
    }

    func message(state: UInt8 = 1, port: UInt16 = 0) -> SocketMessage {
        SocketMessage(state: state, port: port, attributes: SocketMessage.attribute(8, value: [0]) + attribute)
    }
}

/// What is measured of connections.
@safe private final class Measures {
    let latency: OpaquePointer
    let idleness: OpaquePointer

    init() throws {
        unsafe latency = try unsafe #require(cnl_latency_new())
        unsafe idleness = try unsafe #require(cnl_idleness_new())
    }

    deinit {
        unsafe cnl_latency_free(latency)
        unsafe cnl_idleness_free(idleness)
    }

    func play(_ messages: [SocketMessage]) -> cnl_progress {
        unsafe play(messages, ports: nil)
    }

    /// - Parameter ports: counters by local port.
    func play(_ messages: [SocketMessage], ports: OpaquePointer?) -> cnl_progress {
        var replay = Replay()
        unsafe replay.fill(ports: ports, latency: latency, idleness: idleness)
        return replay.play(messages.map(\.bytes))
    }

    var hasPeerWindows: Bool { unsafe cnl_latency_has_peer_windows(latency) }

    func counts(_ slot: UInt32 = 0) -> cst_latency { unsafe cnl_latency_of(latency, slot) }

    /// Connections by the index of their bucket.
    func roundTrips(_ slot: UInt32 = 0) -> [Int: UInt64] {
        var counts = counts(slot)
        return Self.buckets { unsafe cst_round_trips(&counts, $0) }
    }

    func windows(_ slot: UInt32 = 0) -> [Int: UInt64] {
        var counts = counts(slot)
        return Self.buckets { unsafe cst_windows(&counts, $0) }
    }

    func idle(_ slot: UInt32 = 0, state: Int = Int(CST_ESTABLISHED)) -> [Int: UInt64] {
        var counts = unsafe cnl_idleness_of(idleness, slot, UInt32(state))
        return Self.buckets { unsafe cst_idle_connections(&counts, $0) }
    }

    private static func buckets(_ count: (UInt32) -> UInt64) -> [Int: UInt64] {
        Dictionary(uniqueKeysWithValues: (0..<64).map { (Int($0), count($0)) }).filter { $0.value > 0 }
    }
}

@Suite("Latency")
struct LatencyTests {
    @Test("is told by what the kernel reports of a connection")
    func everything() throws {
        let measures = try Measures()
        let infos = [
            Info(unacknowledged: 3, lost: 2, roundTrip: 64, window: 1), Info(retransmits: 1, roundTrip: 65, window: 2),
            Info(lost: 1, retransmitted: 4, roundTrip: 40_000, window: 3), Info(roundTrip: 0, window: 70_000),
            Info(roundTrip: .max, window: .max, peerWindow: 0), Info(retransmits: 255, retransmitted: 1, window: 0),
        ]
        #expect(measures.play(infos.map { $0.message() }) == CNL_MORE)
        let counts = measures.counts()
        #expect(measures.roundTrips() == [0: 1, 1: 1, 10: 1, 19: 1])
        #expect(counts.round_trip_us == 64 + 65 + 40_000 + UInt64(UInt32.max))
        #expect(measures.windows() == [0: 2, 1: 1, 2: 1, 17: 2])
        #expect(counts.window_segments == 1 + 2 + 3 + 70_000 + UInt64(UInt32.max))
        #expect(counts.unacknowledged == 1)
        #expect(counts.retransmitting == 3)
        #expect(counts.lost_segments == 3)
        #expect(counts.zero_windows == 1)
        #expect(measures.hasPeerWindows)
    }

    @Test(
        "is that of connections, which have a window of the peer after the handshake",
        arguments: 0...14 as ClosedRange<UInt8>)
    func states(state: UInt8) throws {
        let measures = try Measures()
        // Of LISTEN and of sockets that are only bound the kernel reports it too.
        #expect(measures.play([Info(roundTrip: 100, peerWindow: 0).message(state: state)]) == CNL_MORE)
        // NEW_SYN_RECV is counted as SYN_RECV.
        let isMeasured = [1, 2, 3, 4, 5, 8, 9, 11, 12].contains(state)
        #expect(measures.windows() == (isMeasured ? [4: 1] : [:]))
        #expect(measures.counts().round_trip_us == (isMeasured ? 100 : 0))
        #expect(measures.counts().zero_windows == (isMeasured && ![2, 3, 12].contains(state) ? 1 : 0))
    }

    @Test("is not told of what has no INET_DIAG_INFO", arguments: [1, 3, 5, 6, 12] as [UInt8])
    func missing(state: UInt8) throws {
        let measures = try Measures()
        #expect(measures.play([SocketMessage(state: state)]) == CNL_MORE)
        #expect(measures.windows() == [:])
        #expect(measures.idle() == [:])
        #expect(measures.hasPeerWindows)
    }

    @Test(
        "is read by size", arguments: [(104, false), (228, false), (231, false), (232, true), (248, true), (400, true)])
    func size(size: Int, hasPeerWindow: Bool) throws {
        let measures = try Measures()
        let info = Info(lost: 2, roundTrip: 100, window: 4, peerWindow: 0, size: size)
        #expect(measures.play([info.message()]) == CNL_MORE)
        #expect(measures.roundTrips() == [1: 1])
        #expect(measures.windows() == [2: 1])
        #expect(measures.counts().lost_segments == 2)
        #expect(measures.hasPeerWindows == hasPeerWindow)
        #expect(measures.counts().zero_windows == (hasPeerWindow ? 1 : 0))
        unsafe cnl_latency_begin(measures.latency)
        #expect(measures.hasPeerWindows)
    }

    @Test("of less than any kernel reports is malformed where it is read", arguments: [0, 4, 72, 103])
    func short(size: Int) throws {
        #expect(try Measures().play([Info(size: size).message()]) == CNL_FAILED)
        var replay = Replay()
        #expect(replay.play(Info(size: size).message().bytes) == CNL_MORE)
    }
}

@Suite("Idle times")
struct IdlenessTests {
    @Test("are since data was sent or received last, whichever is later")
    func latest() throws {
        let measures = try Measures()
        let infos = [
            Info(sent: 500, received: 70_000), Info(sent: 70_000, received: 1000), Info(sent: 1001, received: 1001),
            Info(sent: .max, received: 0), Info(sent: .max, received: .max), Info(sent: 86_400_000, received: .max),
        ]
        #expect(measures.play(infos.map { $0.message() }) == CNL_MORE)
        #expect(measures.idle() == [0: 3, 1: 1, 9: 1, 10: 1])
        let counts = unsafe cnl_idleness_of(measures.idleness, 0, UInt32(CST_ESTABLISHED))
        #expect(counts.ms == 500 + 1000 + 1001 + UInt64(UInt32.max) + 86_400_000)
    }

    @Test("are those of ESTABLISHED and CLOSE_WAIT", arguments: 0...14 as ClosedRange<UInt8>)
    func states(state: UInt8) throws {
        let measures = try Measures()
        #expect(measures.play([Info(sent: 20_000, received: 30_000).message(state: state)]) == CNL_MORE)
        for counted in 0...14 {
            #expect(measures.idle(state: counted) == (counted == state && [1, 8].contains(state) ? [3: 1] : [:]))
        }
    }
}

@Suite("Measures")
struct MeasurePortTests {
    @Test("are taken with the counters of the ports, and begin anew")
    func ports() throws {
        let ports = try unsafe #require(cnl_ports_new())
        defer { unsafe cnl_ports_free(ports) }
        var slots = [UInt16](repeating: 0, count: 65536)
        slots[443] = 2
        slots[65535] = 4095
        slots[7] = 4096  // there is no such counter
        unsafe cnl_ports_begin(ports, slots)
        let measures = try Measures()
        let messages = [443, 443, 65535, 80, 7].map { Info(roundTrip: 1).message(port: $0) }
        #expect(unsafe measures.play(messages, ports: ports) == CNL_MORE)
        #expect([0, 1, 2, 4095, 4096].map { measures.roundTrips($0)[0] } == [1, nil, 2, 1, nil])
        #expect([0, 1, 2, 4095, 4096].map { measures.idle($0)[0] } == [1, nil, 2, 1, nil])
        unsafe cnl_latency_begin(measures.latency)
        unsafe cnl_idleness_begin(measures.idleness)
        for slot in [0, 2, 4095] as [UInt32] {
            #expect(measures.roundTrips(slot) == [:])
            #expect(measures.counts(slot).window_segments == 0)
            #expect(measures.idle(slot) == [:])
        }
    }
}
