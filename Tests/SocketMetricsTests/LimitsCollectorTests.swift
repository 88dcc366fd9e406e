// SPDX-License-Identifier: Apache-2.0

import ExampleStatistics
import Exposition
import SocketMetrics
import SocketStatistics
import Testing

struct LimitsCollectorTests {
    private static let failure = SourceError(.malformed, "a file is wrong")

    private static func collector(
        _ limits: KernelLimits = ExampleStatistics.limits, failure: SourceError? = nil
    ) -> LimitsCollector {
        let reading = KernelLimitsReader.Reading(limits: limits, failure: failure)
        return LimitsCollector { _ in reading }
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
}
