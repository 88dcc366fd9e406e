// SPDX-License-Identifier: Apache-2.0

import ExampleStatistics
import Exposition
import SocketStatistics
import Synchronization
import Testing

@testable import SocketMetrics

/// A source whose scans the test writes down beforehand.
private final class ScriptedUDPSource: StatisticsSource {
    private struct State {
        var results: [Result<UDPScan, SourceError>]
        var deadlines: [ContinuousClock.Instant?] = []
        var preparations = 0
    }

    let kind = SourceKind.netlink
    private let state: Mutex<State>

    init(_ results: [Result<UDPScan, SourceError>]) {
        state = Mutex(State(results: results))
    }

    var deadlines: [ContinuousClock.Instant?] { state.withLock { $0.deadlines } }
    var preparations: Int { state.withLock { $0.preparations } }

    func prepare() throws(SourceError) {
        state.withLock { $0.preparations += 1 }
        throw SourceError(.unavailable, "not yet")
    }

    func scan(until deadline: ContinuousClock.Instant?) throws(SourceError) -> UDPScan {
        try state.withLock { state in
            state.deadlines.append(deadline)
            return state.results.removeFirst()
        }.get()
    }
}

struct UDPCollectorTests {
    private static let failure = SourceError(.incomplete, "too busy")

    private static func scan(_ statistics: UDPStatistics, failures: [ScanPart: SourceError] = [:]) -> UDPScan {
        Scan(statistics, source: .netlink, duration: .zero, failures: failures)
    }

    private static func drops(_ drops: UInt64) -> UDPScan {
        scan(UDPStatistics(drops: [.init(.ipv4, 53): drops]))
    }

    private static func values(_ collected: Collected, _ name: String) -> [String: MetricValue] {
        let samples = collected.families.first { $0.metadata.name == name }?.samples ?? []
        return Dictionary(uniqueKeysWithValues: samples.map { ($0.labels.description, $0.value) })
    }

    @Test func everythingIsThere() throws {
        let collector = UDPCollector(
            ScriptedUDPSource([.success(Self.scan(ExampleStatistics.udp))]), limits: [.udpPorts: 2, .udpNamespaces: 2],
            isSingle: false, knownCgroups: { [13: "/known"] }, names: { _ in ExampleStatistics.names })
        let collected = try collector.collect(ScrapeRequest())
        #expect(collected.families.map(\.metadata) == collector.metadata)
        #expect(collected.parts.map(\.name) == ["udp.netns"])
        #expect(
            Self.values(collected, "socket_udp_sockets") == [
                #"family="ipv4",state="established""#: 11, #"family="ipv4",state="close""#: 12,
                #"family="ipv6",state="established""#: 13, #"family="ipv6",state="close""#: 14,
            ])
        #expect(
            Self.values(collected, "socket_udp_receive_queue_bytes") == [#"family="ipv4""#: 5, #"family="ipv6""#: 7])
        #expect(Self.values(collected, "socket_udp_send_queue_bytes") == [#"family="ipv4""#: 6, #"family="ipv6""#: 8])
        // Without the rest, of which there is no sum.
        #expect(
            Self.values(collected, "socket_udp_drops_total") == [
                #"family="ipv4",port="53""#: 3, #"family="ipv6",port="443""#: 2,
            ])
        // What another collector calls a namespace counts for more than its cgroup.
        #expect(
            Self.values(collected, "socket_netns_udp_sockets") == [
                #"netns="self",state="established""#: 24, #"netns="self",state="close""#: 26,
                #"netns="/known",state="established""#: 4, #"netns="/known",state="close""#: 6,
                #"netns="blue",state="established""#: 0, #"netns="blue",state="close""#: 6,
                #"netns="other",state="established""#: 0, #"netns="other",state="close""#: 16,
            ])
        #expect(collector.foldedSeries == [.udpPorts: 1, .udpNamespaces: 4])
        for family in collected.families {
            #expect(Set(family.samples.map(\.labels)).count == family.samples.count, "\(family.metadata.name)")
        }
    }

    @Test func theCounterContinuesAlsoAfterAFailedScan() throws {
        let collector = UDPCollector(
            ScriptedUDPSource([
                .success(Self.drops(34)), .success(Self.drops(22)), .failure(Self.failure), .success(Self.drops(25)),
            ]))
        let requests = (0..<4).map { _ in ScrapeRequest() }
        let values = requests.map { request in
            (try? collector.collect(request)).map { Self.values($0, "socket_udp_drops_total").values.first }
        }
        #expect(values == [34, 34, nil, 37])
        #expect(throws: Self.failure) { try collector.result(of: requests[2])?.get() }
        #expect(collector.scan(of: requests[2]) == nil)
        #expect(collector.scan(of: requests[3]) == Self.drops(25))
        #expect(collector.result(of: ScrapeRequest()) == nil)
    }

    @Test func aSingleScrapeHasNoCounter() throws {
        let collector = UDPCollector(ScriptedUDPSource([.success(Self.drops(34))]), isSingle: true)
        let collected = try collector.collect(ScrapeRequest())
        #expect(collected.families.allSatisfy { $0.metadata.kind != .counter })
    }

    @Test func otherNamespacesHaveAnOutcomeWhereTheyWereAskedFor() throws {
        let whole = UDPNamespaces(own: 1, members: Breakdown(others: [:]))
        let cases: [(UDPScan, [String: SourceError?])] = [
            (Self.scan(UDPStatistics()), [:]),
            (Self.scan(UDPStatistics(namespaces: whole)), ["udp.netns": nil]),
            (
                Self.scan(UDPStatistics(namespaces: whole), failures: [.namespaces: Self.failure]),
                ["udp.netns": Self.failure]
            ),
            (Self.scan(UDPStatistics(), failures: [.namespaces: Self.failure]), ["udp.netns": Self.failure]),
        ]
        for (scan, expected) in cases {
            let parts = try UDPCollector(ScriptedUDPSource([.success(scan)])).collect(ScrapeRequest()).parts
            #expect(Dictionary(uniqueKeysWithValues: parts.map { ($0.name, $0.error as? SourceError) }) == expected)
        }
    }

    @Test func theDeadlineReachesTheSource() throws {
        let source = ScriptedUDPSource([.success(Self.drops(0)), .success(Self.drops(0))])
        let collector = UDPCollector(source)
        let deadline = ContinuousClock.now.advanced(by: .seconds(3))
        _ = try collector.collect(ScrapeRequest(deadline: deadline))
        _ = try collector.collect(ScrapeRequest())
        #expect(source.deadlines == [deadline, nil])
    }

    /// A kernel without udp_diag is no reason for the program not to start.
    @Test func aSourceThatIsNotReadyIsNoError() {
        let source = ScriptedUDPSource([])
        UDPCollector(source).prepare()
        #expect(source.preparations == 1)
    }
}
