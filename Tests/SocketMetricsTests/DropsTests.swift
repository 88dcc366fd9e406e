// SPDX-License-Identifier: Apache-2.0

import Exposition
import Glibc
import KernelTestSupport
import SocketMetrics
import SocketStatistics
import Testing

/// The counter of drops over the lives of real sockets.
@Suite(.enabled(if: Privilege.runsRootTests, "needs root for a network namespace"))
struct DropsTests {
    private static func drops(
        _ source: any StatisticsSource<TCPStatistics>, _ port: UInt16, _ history: inout SeriesHistory
    ) throws -> Int? {
        let families = TCPMetrics(try source.scan().statistics, history: &history).families
        let samples = families.first { $0.metadata.name == "socket_tcp_listener_drops_total" }?.samples
        let sample = samples?.first { $0.labels == ["address": "127.0.0.1", "port": "\(port)"] }
        guard case .integer(let value) = sample?.value else { return nil }
        return value
    }

    /// Knocks at a port whose queues have room for one each.
    private static func knock(at port: UInt16) throws -> [TestSocket] {
        try (0..<64).map { _ in
            let client = try TestSocket()
            try client.connect(to: port)
            return client
        }
    }

    /// Whether nobody listens on a port. A process that another test starts holds what was open until it runs its
    /// program.
    private static func hasGone(
        _ source: any StatisticsSource<TCPStatistics>, _ port: UInt16, _ history: inout SeriesHistory
    ) throws -> Bool {
        for _ in 0..<500 {
            if try drops(source, port, &history) == nil {
                return true
            }
            usleep(10_000)
        }
        return false
    }

    @Test(arguments: Privilege.runsBPFTests ? [[true, true], [false, false], [true, false]] : [[false, false]])
    func theCounterNeverFalls(_ usesBPF: [Bool]) throws {
        try TestThread.inNetworkNamespace {
            let sources = usesBPF.map { $0 ? BPFSource() as any StatisticsSource<TCPStatistics> : NetlinkSource() }
            var history = SeriesHistory()
            var first: TestSocket? = try TestSocket.listener(backlog: 0, isShared: true)
            guard let port = first?.port else { return }
            var second: TestSocket? = try first.map {
                try TestSocket.listener(backlog: 0, isShared: true, sharing: $0)
            }
            let clients = try Self.knock(at: port)
            let both = try #require(try Self.drops(sources[0], port, &history))
            #expect(both >= 32)
            first = nil
            let one = try #require(try Self.drops(sources[1], port, &history))
            #expect(one >= both)
            second = nil
            #expect(try Self.hasGone(sources[0], port, &history))
            // Another server takes the port.
            let successor = try TestSocket()
            try successor.set(SO_REUSEADDR, level: SOL_SOCKET, 1)
            try successor.bind(port: port)
            guard listen(successor.descriptor, 0) == 0 else { throw TestSystemError("listen") }
            let back = try #require(try Self.drops(sources[1], port, &history))
            #expect(back >= one)
            let later = try Self.knock(at: port)
            let more = try #require(try Self.drops(sources[0], port, &history))
            #expect(more >= back + 32)
            withExtendedLifetime((first, second, successor, clients, later)) {}
        }
    }
}
