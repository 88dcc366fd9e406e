// SPDX-License-Identifier: Apache-2.0

import ExampleStatistics
import Exposition
import SocketMetrics
import SocketStatistics
import Synchronization
import Testing

/// A source whose scans the test writes down beforehand.
private final class ScriptedSource: StatisticsSource {
    private struct State {
        var results: [Result<TCPScan, SourceError>]
        var preparations = 0
        var deadlines: [ContinuousClock.Instant?] = []
    }

    let kind = SourceKind.bpf
    private let state: Mutex<State>

    init(_ results: [Result<TCPScan, SourceError>]) {
        state = Mutex(State(results: results))
    }

    var preparations: Int { state.withLock { $0.preparations } }
    var deadlines: [ContinuousClock.Instant?] { state.withLock { $0.deadlines } }

    func prepare() throws(SourceError) {
        let count = state.withLock { state in
            state.preparations += 1
            return state.preparations
        }
        if count > 1 { throw SourceError(.unavailable, "prepared once") }
    }

    func scan(until deadline: ContinuousClock.Instant?) throws(SourceError) -> TCPScan {
        try state.withLock { state in
            state.deadlines.append(deadline)
            return state.results.removeFirst()
        }.get()
    }
}

struct TCPCollectorTests {
    private static let failure = SourceError(.incomplete, "too busy", effort: ScanEffort(repeats: 2, rereadChains: 9))

    private static func scan(_ statistics: TCPStatistics, failures: [ScanPart: SourceError] = [:]) -> TCPScan {
        Scan(
            statistics, source: .bpf, duration: .zero, effort: ScanEffort(repeats: 1, rereadChains: 4),
            failures: failures)
    }

    private static func listeners(drops: UInt64) -> TCPStatistics {
        let listeners = (1...3 as ClosedRange<UInt16>).map { port in
            let listener = Listener(backlog: 0, backlogLimit: 1, drops: port == 1 ? drops : 0)
            return (Endpoint(IPAddress(ipv4: 0), port: port), listener)
        }
        return TCPStatistics(listeners: Dictionary(uniqueKeysWithValues: listeners))
    }

    private static func collector(
        _ results: [Result<TCPScan, SourceError>], prefix: MetricPrefix = .socket, name: String = "tcp",
        isSingle: Bool = false
    ) -> TCPCollector {
        TCPCollector(
            ScriptedSource(results), limits: [.listeners: 1], prefix: prefix, name: name, isSingle: isSingle)
    }

    private static func counters(_ collected: Collected) -> [MetricValue] {
        collected.families.filter { $0.metadata.kind == .counter }.flatMap(\.samples).map(\.value)
    }

    @Test func countersContinueFromScrapeToScrape() throws {
        let drops = [34, 22, 25] as [UInt64]
        let collector = Self.collector(drops.map { .success(Self.scan(Self.listeners(drops: $0))) })
        let values = try drops.map { _ in
            (Self.counters(try collector.collect(ScrapeRequest())), collector.foldedSeries[.listeners])
        }
        #expect(values.map(\.0) == [[34], [34], [37]])
        #expect(values.map(\.1) == [2, 4, 6])
    }

    @Test func afterAFailedScanTheTotalsStayAndTheCountersContinue() throws {
        let scans = [Self.listeners(drops: 1), Self.listeners(drops: 3)].map { Self.scan($0) }
        let collector = Self.collector([.success(scans[0]), .failure(Self.failure), .success(scans[1])])
        _ = try collector.collect(ScrapeRequest())
        #expect(throws: Self.failure) { try collector.collect(ScrapeRequest()) }
        #expect(collector.foldedSeries == [.listeners: 2])
        #expect(throws: Self.failure) { try collector.latest?.get() }
        #expect(collector.efforts == [.bpf: ScanEffort(repeats: 3, rereadChains: 13)])
        #expect(Self.counters(try collector.collect(ScrapeRequest())) == [3])
    }

    @Test func aSingleScrapeHasNoCounters() throws {
        let collector = Self.collector([.success(Self.scan(Self.listeners(drops: 1)))], isSingle: true)
        let collected = try collector.collect(ScrapeRequest())
        #expect(collected.families.contains { $0.metadata.name == "socket_tcp_listener_sockets" })
        #expect(collected.families.allSatisfy { $0.metadata.kind != .counter })
        #expect(collector.foldedSeries == [.listeners: 2])
    }

    @Test func theLatestScanIsThatOfThisScrape() throws {
        let scans = [Self.scan(ExampleStatistics.statistics), Self.scan(TCPStatistics())]
        let collector = Self.collector(scans.map { .success($0) })
        #expect(collector.latest == nil)
        for scan in scans {
            _ = try collector.collect(ScrapeRequest())
            #expect(try collector.latest?.get() == scan)
        }
    }

    // MARK: Efforts

    @Test func theEffortOfEachSourceIsAddedUp() throws {
        let bpf = SourceError(.incomplete, "too busy", effort: ScanEffort(repeats: 3, rereadChains: 5))
        let proc = SourceError(.malformed, "line 1")
        let netlink = Scan(
            TCPStatistics(), source: .netlink, duration: .zero, effort: ScanEffort(repeats: 1),
            failedSources: [.bpf: bpf])
        let all = SourceError(.unavailable, "none works", failedSources: [.bpf: bpf, .proc: proc])
        let collector = Self.collector([.success(netlink), .failure(all), .failure(Self.failure)])
        _ = try collector.collect(ScrapeRequest())
        #expect(collector.efforts == [.netlink: ScanEffort(repeats: 1), .bpf: bpf.effort])
        for _ in 0..<2 {
            #expect(throws: SourceError.self) { try collector.collect(ScrapeRequest()) }
        }
        let expected: [SourceKind: ScanEffort] = [
            .netlink: ScanEffort(repeats: 1), .proc: ScanEffort(), .bpf: ScanEffort(repeats: 8, rereadChains: 19),
        ]
        #expect(collector.efforts == expected)
    }

    // MARK: Parts

    private static let parts: [(TCPStatistics, [ScanPart: SourceError], [String: SourceError?])] = [
        (TCPStatistics(), [:], [:]),
        (TCPStatistics(listeners: [:]), [:], ["listeners": nil]),
        (TCPStatistics(), [.listeners: failure], ["listeners": failure]),
        (TCPStatistics(), [.namespaces: failure], ["netns": failure]),
        (
            TCPStatistics(listeners: [:], namespaces: .init(own: 1, members: Breakdown(others: .init()))), [:],
            ["listeners": nil, "netns": nil]
        ),
        (
            TCPStatistics(listeners: [:], namespaces: .init(own: 1, members: Breakdown(others: nil))),
            [.namespaces: failure], ["listeners": nil, "netns": failure]
        ),
    ]

    @Test(arguments: parts) func partsHaveOutcomesWhereTheyWereAskedFor(
        _ statistics: TCPStatistics, _ failures: [ScanPart: SourceError], _ expected: [String: SourceError?]
    ) throws {
        let scan = Self.scan(statistics, failures: failures)
        let collected = try Self.collector([.success(scan)]).collect(ScrapeRequest())
        let outcomes = collected.parts.map { ($0.name, $0.error as? SourceError) }
        #expect(Dictionary(uniqueKeysWithValues: outcomes) == expected)
        #expect(collected.parts.map(\.name) == collected.parts.map(\.name).sorted())
        let other = try Self.collector([.success(scan)], prefix: "app", name: "own").collect(ScrapeRequest())
        #expect(other.parts.map(\.name) == collected.parts.map { "own." + $0.name })
    }

    // MARK: With a registry

    @Test func twoCollectorsShareARegistry() async throws {
        let registry = Registry()
        let scan = Self.scan(ExampleStatistics.statistics)
        let host = Self.collector([.success(scan)])
        let own = Self.collector([.success(scan)], prefix: "app_socket", name: "own")
        try registry.register(host)
        try registry.register(own)
        let gathered = await registry.gather()
        let names = gathered.families.map(\.metadata.name)
        #expect(Set(names).count == names.count)
        #expect(names.contains("socket_tcp_connections"))
        #expect(names.contains("app_socket_tcp_connections"))
        #expect(gathered.outcomes.allSatisfy { $0.error == nil })
        let outcomes = gathered.outcomes.map(\.name)
        let parts = ["listeners", "netns", "cgroups"]
        #expect(Set(outcomes) == Set(["tcp", "own"] + parts + parts.map { "own." + $0 }))
        #expect(outcomes.count == 8)
    }

    @Test func theDeadlineReachesTheSource() throws {
        let source = ScriptedSource([.success(Self.scan(TCPStatistics())), .success(Self.scan(TCPStatistics()))])
        let collector = TCPCollector(source)
        let deadline = ContinuousClock.now.advanced(by: .seconds(3))
        _ = try collector.collect(ScrapeRequest(deadline: deadline))
        _ = try collector.collect(ScrapeRequest())
        #expect(source.deadlines == [deadline, nil])
    }

    @Test func preparingPreparesTheSource() throws {
        let source = ScriptedSource([])
        let collector = TCPCollector(source)
        try collector.prepare()
        #expect(source.preparations == 1)
        #expect(throws: SourceError.self) { try collector.prepare() }
        #expect(collector.latest == nil)
    }

    @Test func itIsCalledByItsNameAndDeclaresWhatItGives() throws {
        let collector = Self.collector([.success(Self.scan(ExampleStatistics.statistics))])
        #expect(collector.name == "tcp")
        #expect(collector.metadata == TCPMetrics.metadata)
        #expect(try collector.collect(ScrapeRequest()).families.map(\.metadata) == collector.metadata)
    }
}
