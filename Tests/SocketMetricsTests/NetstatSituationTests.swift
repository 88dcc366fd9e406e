// SPDX-License-Identifier: Apache-2.0

import Exposition
import KernelTestSupport
import SocketStatistics
import SystemPackage
import Testing

@testable import SocketMetrics

/// Each counter in a situation that makes it grow, in a namespace of its own, beside what nstat tells.
///
/// `socket_tcp_aborts_on_memory_total` alone stays 0: its limits are those of the whole system.
@Suite(.enabled(if: Privilege.runsRootTests, "needs root for a network namespace"), .timeLimit(.minutes(5)))
struct NetstatSituationTests {
    /// The counters after a Python script, which may wait until they have grown, and its last line.
    private func counters(
        after script: String, until isReached: @escaping ([String: Int]) -> Bool = { _ in true }
    ) throws -> (counters: [String: Int], output: String) {
        try TestThread.inNetworkNamespace {
            let collector = NetstatCollector(KernelStatisticsSource(procfs: "/proc/thread-self"))
            func read() throws -> [String: Int] {
                let collected = collector.collect(ScrapeRequest())
                if let error = collected.error { throw error }
                return NetstatCollectorTests.values(collected).compactMapValues {
                    if case .integer(let value) = $0 { value } else { nil }
                }
            }
            #expect(try read() == NetstatCollectorTests.names.mapValues { _ in 0 })
            let output = try Shell.output("python3 -c '\(script)'")
            while true {
                let before = try read()
                let nstat = try Shell.output("nstat -asz")
                // Late segments, such as delayed acknowledgements, may fall between the readings.
                guard try read() == before, isReached(before) else {
                    _ = try Shell.output("sleep 0.05")
                    continue
                }
                var told: [String: Int] = [:]
                for line in nstat.split(separator: "\n").dropFirst() {
                    let words = line.split(separator: " ")
                    guard words.count > 1 else { continue }
                    told[String(words[0])] = Int(words[1])
                }
                #expect(
                    before
                        == NetstatCollectorTests.names.mapValues { names in names.reduce(0) { $0 + (told[$1] ?? 0) } })
                return (before, output)
            }
        }
    }

    @Test func connectionsAreCountedOnBothSides() throws {
        let counters = try counters(
            after: """
                import socket
                for family, address in (socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"):
                    server = socket.create_server((address, 0), family=family)
                    for _ in range(4):
                        with socket.create_connection(server.getsockname()[:2]) as client: server.accept()[0].close()
                """
        ).counters
        #expect(counters["socket_tcp_active_opens_total"] == 8)
        #expect(counters["socket_tcp_passive_opens_total"] == 8)
        #expect(counters["socket_tcp_attempt_fails_total"] == 0)
        // On loopback each segment that is sent is received.
        #expect(counters["socket_tcp_sent_segments_total"] == counters["socket_tcp_received_segments_total"])
        #expect(counters["socket_tcp_sent_segments_total"] ?? 0 >= 8 * 5)
    }

    @Test func refusedConnectionsFailAndAreReset() throws {
        let counters = try counters(
            after: """
                import socket
                for _ in range(3):
                    try: socket.create_connection(("127.0.0.1", 1))
                    except ConnectionRefusedError: pass
                """
        ).counters
        #expect(counters["socket_tcp_active_opens_total"] == 3)
        #expect(counters["socket_tcp_attempt_fails_total"] == 3)
        #expect(counters["socket_tcp_resets_sent_total"] == 3)
        #expect(counters["socket_tcp_passive_opens_total"] == 0)
    }

    /// A listener that admits one connection drops the others, whose SYNs are sent again after a second.
    @Test func aFullAcceptQueueDropsConnections() throws {
        let counters = try counters(
            after: """
                import os, socket, sys, time
                server = socket.create_server(("127.0.0.1", 0), backlog=0)
                clients = [socket.socket() for _ in range(3)]
                clients[0].connect(server.getsockname())
                for client in clients[1:]:
                    client.setblocking(False)
                    client.connect_ex(server.getsockname())
                # Who reads the output waits for all that hold it.
                if os.fork() == 0:
                    os.dup2(os.open("/dev/null", os.O_RDWR), 1)
                    time.sleep(3)
                """
        ) { counters in counters["socket_tcp_syn_retransmits_total"] ?? 0 >= 2 }.counters
        let again = counters["socket_tcp_syn_retransmits_total"] ?? 0
        #expect(counters["socket_tcp_active_opens_total"] == 3)
        #expect(counters["socket_tcp_passive_opens_total"] == 1)
        #expect(counters["socket_tcp_listen_overflows_total"] == 2 + again)
        #expect(counters["socket_tcp_listen_drops_total"] == 2 + again)
        #expect(counters["socket_tcp_timeouts_total"] == again)
        #expect(counters["socket_tcp_retransmitted_segments_total"] == again)
    }

    @Test func synCookiesAreCounted() throws {
        let counters = try counters(
            after: """
                import socket
                # 2: send them always.
                open("/proc/sys/net/ipv4/tcp_syncookies", "w").write("2")
                server = socket.create_server(("127.0.0.1", 0))
                clients = [socket.create_connection(server.getsockname()) for _ in range(5)]
                """
        ).counters
        #expect(counters["socket_tcp_syn_cookies_sent_total"] == 5)
        #expect(counters["socket_tcp_passive_opens_total"] == 5)
    }

    @Test func datagramsThatFindNoRoomOrNoSocketAreCounted() throws {
        let (counters, output) = try counters(
            after: """
                import socket
                dropped = 0
                for family, address in (socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"):
                    receiver = socket.socket(family, socket.SOCK_DGRAM)
                    receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
                    receiver.bind((address, 0))
                    receiver.setblocking(False)
                    sender = socket.socket(family, socket.SOCK_DGRAM)
                    for _ in range(100): sender.sendto(bytes(1000), receiver.getsockname())
                    dropped += 100
                    try:
                        while receiver.recv(2000): dropped -= 1
                    except BlockingIOError: pass
                    for _ in range(3): sender.sendto(b"x", (address, 1))
                print(dropped)
                """)
        let dropped = try #require(Int(output.split(separator: "\n").last ?? ""))
        #expect(dropped > 100)
        #expect(counters["socket_udp_receive_buffer_errors_total"] == dropped)
        #expect(counters["socket_udp_no_ports_total"] == 6)
    }

    /// Nothing of what another namespace counts is in these.
    @Test func anotherNamespaceIsNotCounted() throws {
        let counters = try counters(after: "pass").counters
        #expect(counters.values.allSatisfy { $0 == 0 })
    }
}
