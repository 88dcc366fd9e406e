// SPDX-License-Identifier: Apache-2.0

import ExampleStatistics
import Exposition
import SocketStatistics
import Synchronization
import Testing

@testable import SocketMetrics

/// A source whose scans the test writes down beforehand.
private final class ScriptedSource: StatisticsSource {
    private struct State {
        var results: [Result<UNIXStatistics, SourceError>]
        var preparations = 0
        var deadlines: [ContinuousClock.Instant?] = []
    }

    let kind = SourceKind.netlink
    private let state: Mutex<State>

    init(_ results: [Result<UNIXStatistics, SourceError>]) {
        state = Mutex(State(results: results))
    }

    var preparations: Int { state.withLock { $0.preparations } }
    var deadlines: [ContinuousClock.Instant?] { state.withLock { $0.deadlines } }

    func prepare() throws(SourceError) {
        state.withLock { $0.preparations += 1 }
        throw SourceError(.unavailable, "not yet")
    }

    func scan(until deadline: ContinuousClock.Instant?) throws(SourceError) -> UNIXScan {
        let statistics = try state.withLock { state in
            state.deadlines.append(deadline)
            return state.results.removeFirst()
        }.get()
        return Scan(statistics, source: .netlink, duration: .zero)
    }
}

struct UNIXCollectorTests {
    private static let failure = SourceError(.unavailable, "unix_diag is not available")

    private static func statistics(
        _ backlogs: [String: UInt64], limit: UInt64 = 10,
        others: UNIXListener? = .init(sockets: 0, backlog: 0, backlogLimit: 0),
        otherKeys: Int = 0
    ) -> UNIXStatistics {
        let listeners = backlogs.map {
            (UNIXSocketName(path: $0.key), UNIXListener(backlog: $0.value, backlogLimit: limit))
        }
        return UNIXStatistics(
            listeners: Breakdown(Dictionary(uniqueKeysWithValues: listeners), others: others, otherKeys: otherKeys))
    }

    private static func collector(
        _ scans: [UNIXStatistics], limit: Int = 50, prefix: MetricPrefix = .socket, name: String = "unix"
    ) -> UNIXCollector {
        UNIXCollector(
            ScriptedSource(scans.map { .success($0) }), limits: [.unixListeners: limit], prefix: prefix, name: name)
    }

    private static func text(_ collected: Collected) -> String {
        var bytes: [UInt8] = []
        ExpositionFormat.prometheusText.write(collected.families, into: &bytes)
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }
            .joined(separator: "\n")
    }

    /// The paths with series of their own.
    private static func paths(_ collected: Collected) -> [String] {
        let family = collected.families.first { $0.metadata.name == "socket_unix_listener_backlog" }
        return family?.samples.compactMap { $0.labels["path"] } ?? []
    }

    // MARK: Families

    @Test func everyCountIsASample() throws {
        let collected = try Self.collector([ExampleStatistics.unix], limit: 4).collect(ScrapeRequest())
        #expect(
            Self.text(collected) == #"""
                socket_unix_sockets{kind="stream",state="established"} 100
                socket_unix_sockets{kind="stream",state="close"} 101
                socket_unix_sockets{kind="stream",state="listen"} 102
                socket_unix_sockets{kind="dgram",state="established"} 110
                socket_unix_sockets{kind="dgram",state="close"} 111
                socket_unix_sockets{kind="seqpacket",state="established"} 120
                socket_unix_sockets{kind="seqpacket",state="close"} 121
                socket_unix_sockets{kind="seqpacket",state="listen"} 122
                socket_unix_listener_backlog{path="@/tmp/.X11-unix/X0"} 1
                socket_unix_listener_backlog{path="/run/docker.sock"} 129
                socket_unix_listener_backlog{path="/run/new\\x0aline\"quoted\""} 2
                socket_unix_listener_backlog{path="\\x6fther"} 3
                socket_unix_listener_backlog{path="other"} 5
                socket_unix_listener_backlog_limit{path="@/tmp/.X11-unix/X0"} 4096
                socket_unix_listener_backlog_limit{path="/run/docker.sock"} 128
                socket_unix_listener_backlog_limit{path="/run/new\\x0aline\"quoted\""} 16
                socket_unix_listener_backlog_limit{path="\\x6fther"} 5
                socket_unix_listener_backlog_limit{path="other"} 4126
                """#)
    }

    @Test func whatWasNotCountedIsAbsent() throws {
        let some = UNIXStatistics(sockets: [.init(.datagram, .close): 3])
        let collected = try Self.collector([some]).collect(ScrapeRequest())
        #expect(collected.families.map(\.metadata.name) == ["socket_unix_sockets"])
        #expect(Self.text(collected) == #"socket_unix_sockets{kind="dgram",state="close"} 3"#)
    }

    @Test func whereOthersAreNotKnownThereIsNoSumOfThem() throws {
        let scan = Self.statistics(["/a": 1, "/b": 2], others: nil, otherKeys: 7)
        let collector = Self.collector([scan], limit: 1)
        #expect(Self.paths(try collector.collect(ScrapeRequest())) == ["/b"])
        #expect(collector.foldedSeries == [.unixListeners: 8])
    }

    @Test func itIsCalledByItsNameAndDeclaresWhatItGives() throws {
        let collector = Self.collector([ExampleStatistics.unix])
        #expect(collector.name == "unix")
        #expect(collector.metadata.map(\.name).allSatisfy { $0.hasPrefix("socket_unix_") })
        #expect(try collector.collect(ScrapeRequest()).families.map(\.metadata) == collector.metadata)
        let other = Self.collector([ExampleStatistics.unix], prefix: "app", name: "own")
        #expect(other.name == "own")
        #expect(other.metadata.map(\.name).allSatisfy { $0.hasPrefix("app_unix_") })
        #expect(try other.collect(ScrapeRequest()).families.map(\.metadata) == other.metadata)
    }

    /// Names that are alike to people, to `String`, or to this exporter's own words.
    @Test func noTwoSeriesHaveEqualLabels() throws {
        let names =
            [
                "other", "@other", "\\x6fther", "@", "@a", "\\x40a", "caf\u{e9}", "cafe\u{301}", "a\nb", "a\\x0ab",
                "a\\nb",
                "a\\", "a\"", "a\\\"", "", " ",
            ].flatMap { [UNIXSocketName(path: $0), UNIXSocketName(abstract: $0)] }
            + [[0xff], [0xc3], [0xef, 0xbf, 0xbd], [0x61, 0], [0x61, 0, 0]].map { UNIXSocketName(bytes: $0) }
        let listeners = names.map { ($0, UNIXListener(backlog: 0, backlogLimit: 1)) }
        let statistics = UNIXStatistics(
            listeners: Breakdown(
                Dictionary(uniqueKeysWithValues: listeners), others: .init(backlog: 0, backlogLimit: 1), otherKeys: 1))
        for limit in [0, 1, 10, names.count] {
            let collected = try Self.collector([statistics], limit: limit).collect(ScrapeRequest())
            for family in collected.families {
                #expect(Set(family.samples.map(\.labels)).count == family.samples.count)
                let texts = family.samples.map { Array(($0.labels["path"] ?? "").utf8) }
                #expect(Set(texts).count == texts.count)
                #expect(family.samples.isEmpty || texts.count == limit + 1)
            }
        }
    }

    // MARK: Limits

    @Test func listenersInTroubleComeFirstAndNothingIsLost() throws {
        var statistics = Self.statistics(["/busy": 9, "/quiet": 0, "/busier": 10, "/idle": 0])
        statistics.listeners?[UNIXSocketName(path: "/full")] = UNIXListener(backlog: 2, backlogLimit: 1)
        let expected = ["/full", "/busier", "/busy", "/idle", "/quiet"]
        for limit in 0...5 {
            let collector = Self.collector([statistics], limit: limit)
            let collected = try collector.collect(ScrapeRequest())
            #expect(Self.paths(collected) == expected.prefix(limit).sorted() + (limit < 5 ? ["other"] : []))
            #expect(collector.foldedSeries == [.unixListeners: UInt64(5 - limit)])
            for (name, sum) in [("backlog", 21), ("backlog_limit", 41)] {
                let family = collected.families.first { $0.metadata.name == "socket_unix_listener_\(name)" }
                let values = family?.samples.map(\.value) ?? []
                #expect(
                    values.reduce(0) { sum, value in
                        guard case .integer(let value) = value else { return sum }
                        return sum + value
                    } == sum)
            }
        }
    }

    /// Series do not come and go with each connection.
    @Test func seriesStayUntilAnotherListenerIsClearlyBusier() throws {
        let backlogs: [[String: UInt64]] = [
            ["/a": 1, "/b": 0], ["/a": 0, "/b": 1], ["/a": 0, "/b": 2], ["/a": 1, "/b": 0], ["/a": 11, "/b": 10],
            ["/a": 10, "/b": 11], ["/a": 3], ["/a": 3, "/b": 3],
        ]
        let collector = Self.collector(backlogs.map { Self.statistics($0) }, limit: 1)
        let paths = try backlogs.map { _ in try #require(Self.paths(collector.collect(ScrapeRequest())).first) }
        // A full queue does not wait.
        #expect(paths == ["/a", "/a", "/b", "/b", "/a", "/b", "/a", "/a"])
    }

    @Test func foldedSeriesAddUp() throws {
        let scan = Self.statistics(
            ["/a": 1, "/b": 2, "/c": 3], others: .init(backlog: 0, backlogLimit: 0), otherKeys: 4)
        let collector = Self.collector([scan, scan], limit: 1)
        for expected in [6, 12] as [UInt64] {
            _ = try collector.collect(ScrapeRequest())
            #expect(collector.foldedSeries == [.unixListeners: expected])
        }
        let metrics = collector.foldedSeries.byMetric().filter { $0.series > 0 }.map(\.metric)
        #expect(metrics == ["socket_unix_listener_backlog", "socket_unix_listener_backlog_limit"])
    }

    // MARK: The source

    @Test func aSourceThatFailsIsTheCollectorsFailure() throws {
        let source = ScriptedSource([.failure(Self.failure), .success(ExampleStatistics.unix)])
        let collector = UNIXCollector(source)
        let (first, second) = (ScrapeRequest(), ScrapeRequest())
        #expect(collector.result(of: first) == nil)
        #expect(throws: Self.failure) { try collector.collect(first) }
        #expect(throws: Self.failure) { try collector.result(of: first)?.get() }
        #expect(collector.scan(of: first) == nil)
        _ = try collector.collect(second)
        #expect(collector.scan(of: second)?.statistics == ExampleStatistics.unix)
        #expect(collector.scan(of: first) == nil)
    }

    @Test func aSourceThatIsNotReadyDoesNotStopTheStart() {
        let source = ScriptedSource([])
        UNIXCollector(source).prepare()
        #expect(source.preparations == 1)
    }

    @Test func theDeadlineReachesTheSource() throws {
        let source = ScriptedSource([.success(UNIXStatistics()), .success(UNIXStatistics())])
        let collector = UNIXCollector(source)
        let deadline = ContinuousClock.now.advanced(by: .seconds(3))
        _ = try collector.collect(ScrapeRequest(deadline: deadline))
        _ = try collector.collect(ScrapeRequest())
        #expect(source.deadlines == [deadline, nil])
    }
}
