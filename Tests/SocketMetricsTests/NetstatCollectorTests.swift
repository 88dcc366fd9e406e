// SPDX-License-Identifier: Apache-2.0

import ExampleStatistics
import Exposition
import SocketStatistics
import Synchronization
import Testing

@testable import SocketMetrics

struct NetstatCollectorTests {
    typealias Field = KernelStatistics.Field

    /// The metrics by name.
    static func values(_ collected: Collected) -> [String: MetricValue] {
        Dictionary(
            uniqueKeysWithValues: collected.families.compactMap { family in
                family.samples.first.map { (family.metadata.name, $0.value) }
            })
    }

    private func values(of statistics: KernelStatistics) -> [String: MetricValue] {
        Self.values(NetstatCollector { _, _ in statistics }.collect(ScrapeRequest()))
    }

    /// Each metric, and the fields that `nstat` calls so.
    static let names: [String: [String]] = [
        "socket_tcp_listen_overflows_total": ["TcpExtListenOverflows"],
        "socket_tcp_listen_drops_total": ["TcpExtListenDrops"],
        "socket_tcp_syn_cookies_sent_total": ["TcpExtSyncookiesSent"],
        "socket_tcp_sent_segments_total": ["TcpOutSegs"],
        "socket_tcp_received_segments_total": ["TcpInSegs"],
        "socket_tcp_retransmitted_segments_total": ["TcpRetransSegs"],
        "socket_tcp_timeouts_total": ["TcpExtTCPTimeouts"],
        "socket_tcp_syn_retransmits_total": ["TcpExtTCPSynRetrans"],
        "socket_tcp_aborts_on_memory_total": ["TcpExtTCPAbortOnMemory"],
        "socket_tcp_resets_sent_total": ["TcpOutRsts"],
        "socket_tcp_attempt_fails_total": ["TcpAttemptFails"],
        "socket_tcp_active_opens_total": ["TcpActiveOpens"],
        "socket_tcp_passive_opens_total": ["TcpPassiveOpens"],
        "socket_udp_receive_buffer_errors_total": ["UdpRcvbufErrors", "Udp6RcvbufErrors"],
        "socket_udp_no_ports_total": ["UdpNoPorts", "Udp6NoPorts"],
    ]

    @Test func eachMetricIsTheSumOfItsFields() {
        let fields = Dictionary(
            uniqueKeysWithValues: ExampleStatistics.kernel.values.map { ($0.key.group + $0.key.name, $0.value) })
        let expected = Self.names.mapValues { names in MetricValue(names.reduce(0) { $0 + (fields[$1] ?? 0) }) }
        #expect(values(of: ExampleStatistics.kernel) == expected)
    }

    @Test func eachHelpNamesItsField() {
        let metadata = NetstatCollector().metadata
        #expect(Set(metadata.map(\.name)) == Set(Self.names.keys))
        for description in metadata {
            #expect(description.kind == .counter)
            for name in Self.names[description.name] ?? [] {
                let field = name.trimmingPrefix(/TcpExt|Tcp|Udp6|Udp/)
                let group = name.dropLast(field.count)
                #expect(description.help.hasSuffix(" \(field))."), "\(description.help)")
                #expect(description.help.contains("(\(group) ") || description.help.contains(" \(group) "))
            }
        }
    }

    @Test func whatTheKernelDoesNotHaveIsAbsent() {
        var statistics = ExampleStatistics.kernel
        statistics.values[Field(.netstat, "TcpExt", "TCPSynRetrans")] = nil
        let values = values(of: statistics)
        #expect(values["socket_tcp_syn_retransmits_total"] == nil)
        #expect(values.count == Self.names.count - 1)
        #expect(self.values(of: KernelStatistics()).isEmpty)
    }

    /// With one of both families the sum would be another one, and a counter would fall when it comes back.
    @Test(arguments: [KernelStatistics.File.snmp, .snmp6])
    func aSumWithoutOneOfBothFamiliesIsAbsent(_ file: KernelStatistics.File) {
        var statistics = ExampleStatistics.kernel
        statistics.values = statistics.values.filter { $0.key.file != file }
        let values = values(of: statistics)
        #expect(values["socket_udp_no_ports_total"] == nil)
        #expect(values["socket_udp_receive_buffer_errors_total"] == nil)
        #expect(values["socket_tcp_listen_drops_total"] != nil)
    }

    @Test func withoutIPv6TheSumIsThatOfIPv4() {
        var statistics = ExampleStatistics.kernel
        statistics.values = statistics.values.filter { $0.key.file != .snmp6 }
        statistics.hasIPv6 = false
        #expect(
            values(of: statistics)["socket_udp_no_ports_total"]
                == statistics[Field(.snmp, "Udp", "NoPorts")].map { MetricValue($0) })
    }

    @Test func theGreatestNumbersAreExposed() {
        var statistics = ExampleStatistics.kernel
        statistics.values = statistics.values.mapValues { _ in Int128(UInt64.max) }
        let values = values(of: statistics)
        #expect(values["socket_tcp_listen_drops_total"] == .real(0x1p64))
        #expect(values["socket_udp_no_ports_total"] == .real(0x1p65))
    }

    @Test func aFailureIsToldBesideWhatIsThere() {
        var statistics = ExampleStatistics.kernel
        statistics.values = statistics.values.filter { $0.key.file != .netstat }
        statistics.failures[.netstat] = SourceError(.malformed, "netstat is broken")
        let collected = NetstatCollector { [statistics] _, _ in statistics }.collect(ScrapeRequest())
        #expect("\(collected.error.map { "\($0)" } ?? "")" == "netstat is broken")
        #expect(Self.values(collected).keys.contains("socket_tcp_sent_segments_total"))
        #expect(!Self.values(collected).keys.contains("socket_tcp_listen_drops_total"))
    }

    @Test func theDeadlineReachesTheSource() {
        let deadline = ContinuousClock.now + .seconds(60)
        let seen = Mutex<ContinuousClock.Instant?>(nil)
        let collector = NetstatCollector { _, deadline in
            seen.withLock { $0 = deadline }
            return KernelStatistics()
        }
        _ = collector.collect(ScrapeRequest(deadline: deadline))
        #expect(seen.withLock { $0 } == deadline)
    }

    @Test func theRegistryTakesIt() throws {
        let registry = Registry()
        try registry.register(NetstatCollector { _, _ in ExampleStatistics.kernel })
        let gathered = registry.gather()
        #expect(gathered.outcomes.map(\.name) == ["netstat"])
        #expect(gathered.outcomes.allSatisfy { $0.error == nil })
    }
}
