// SPDX-License-Identifier: Apache-2.0

import ExampleStatistics
import Exposition
import SocketMetrics
import SocketStatistics
import Testing

struct LimitsCollectorTests {
    private struct TCPSource: StatisticsSource {
        let kind = SourceKind.bpf
        var answer: Result<TCPStatistics, SourceError>

        func scan(until deadline: ContinuousClock.Instant?) throws(SourceError) -> TCPScan {
            Scan(try answer.get(), source: .bpf, duration: .zero)
        }
    }

    private static let failure = SourceError(.malformed, "a file is wrong")

    private static func collector(
        _ limits: KernelLimits = ExampleStatistics.limits, failure: SourceError? = nil, after tcp: TCPCollector? = nil
    ) -> LimitsCollector {
        let reading = KernelLimitsReader.Reading(limits: limits, failure: failure)
        return LimitsCollector(after: tcp) { _ in reading }
    }

    /// The samples of all families, as `NAME{LABELS}`.
    private static func samples(_ families: [MetricFamily]) -> [String: MetricValue] {
        let samples = families.flatMap { family in
            family.samples.map { ("\(family.metadata.name){\($0.labels)}", $0.value) }
        }
        return Dictionary(uniqueKeysWithValues: samples)
    }

    @Test func eachLimitHasItsFamily() throws {
        let collected = try Self.collector().collect(ScrapeRequest())
        #expect(collected.error == nil)
        #expect(
            Self.samples(collected.families) == [
                "socket_tcp_orphan_sockets{}": 3, "socket_tcp_orphan_limit{}": 131_072,
                "socket_tcp_time_wait_sockets{}": 114, "socket_tcp_time_wait_limit{}": 65_536,
                "socket_tcp_memory_bytes{}": 409_600,
                "socket_tcp_memory_limit_bytes{level=\"low\"}": 1_000_000,
                "socket_tcp_memory_limit_bytes{level=\"pressure\"}": 2_000_000,
                "socket_tcp_memory_limit_bytes{level=\"high\"}": 3_000_000,
                "socket_tcp_ephemeral_ports{}": 28_232, "socket_conntrack_entries{}": 1234,
                "socket_conntrack_limit{}": 262_144, "socket_open_sockets{}": 1500, "socket_open_files{}": 2500,
                "socket_open_files_limit{}": 9_223_372_036_854_775_807,
            ])
    }

    @Test func whatIsNotToldHasNoFamily() throws {
        #expect(try Self.collector(KernelLimits()).collect(ScrapeRequest()).families.isEmpty)
    }

    @Test func aFailureLeavesTheRest() throws {
        var limits = KernelLimits()
        limits.openFiles = 0
        let collected = try Self.collector(limits, failure: Self.failure).collect(ScrapeRequest())
        #expect(Self.samples(collected.families) == ["socket_open_files{}": 0])
        #expect(collected.error as? SourceError == Self.failure)
    }

    @Test func whatCannotBeReadAtAllIsThrown() {
        let collector = LimitsCollector { _ in throw Self.failure }
        #expect(throws: Self.failure) { try collector.collect(ScrapeRequest()) }
    }

    @Test func theDeadlineReachesTheReader() throws {
        let deadline = ContinuousClock.now + .seconds(5)
        let collector = LimitsCollector { until in
            #expect(until == deadline)
            return KernelLimitsReader.Reading(limits: KernelLimits())
        }
        _ = try collector.collect(ScrapeRequest(deadline: deadline))
    }

    @Test func itIsPreparedBeforePrivilegesAreGivenUp() async throws {
        await confirmation { prepared in
            LimitsCollector(prepare: { prepared() }, read: { _ in KernelLimitsReader.Reading(limits: KernelLimits()) })
                .prepare()
        }
    }

    // MARK: Ports

    private static func gather(
        _ answer: Result<TCPStatistics, SourceError>, _ selection: CollectorSelection = .all
    ) throws -> [String: MetricValue] {
        let tcp = TCPCollector(TCPSource(answer: answer))
        let registry = Registry()
        try registry.register(tcp)
        try registry.register(collector(after: tcp))
        let families = registry.gather(ScrapeRequest(selection: selection)).families
        return samples(families).filter { $0.key.contains("ephemeral") || $0.key.contains("busiest") }
    }

    @Test func useOfPortsIsThatOfTheScanOfTheSameScrape() throws {
        let statistics = TCPStatistics(ephemeralPorts: .init(portsInUse: 20, busiestDestination: 10))
        #expect(
            try Self.gather(.success(statistics)) == [
                "socket_tcp_ephemeral_ports{}": 28_232, "socket_tcp_ephemeral_ports_in_use{}": 20,
                "socket_tcp_busiest_destination_connections{}": 10,
            ])
    }

    @Test func withoutThemTheLimitStays() throws {
        let limit: [String: MetricValue] = ["socket_tcp_ephemeral_ports{}": 28_232]
        let statistics = TCPStatistics(ephemeralPorts: .init(portsInUse: 20, busiestDestination: 10))
        #expect(try Self.gather(.success(TCPStatistics())) == limit)
        #expect(try Self.gather(.failure(Self.failure)) == limit)
        #expect(try Self.gather(.success(statistics), .only(["limits"])) == limit)
        #expect(try Self.gather(.success(statistics), .except(["limits"])).isEmpty)
    }

    @Test func itFollowsTheCollectorOfTCP() {
        let tcp = TCPCollector(TCPSource(answer: .failure(Self.failure)), prefix: "app", name: "own")
        #expect(Self.collector(after: tcp).follows == "own")
        #expect(Self.collector().follows == nil)
    }
}
