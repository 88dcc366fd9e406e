// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ExampleStatistics
import Exposition
import ProcessMetrics
import SocketMetrics
import SocketStatistics

@testable import ScrapeServing
@testable import SocketExporter

/// A source that gives one answer.
struct FixedSource<Statistics: Sendable>: StatisticsSource {
    var kind: SourceKind
    var answer: Result<Scan<Statistics>, SourceError>

    func scan(until deadline: ContinuousClock.Instant?) throws(SourceError) -> Scan<Statistics> {
        try answer.get()
    }
}

/// The exporter's collectors with a number of its own in each place.
struct ExampleExporter {
    static let scan = Scan(
        ExampleStatistics.statistics, source: .netlink, duration: .microseconds(1250),
        unknown: .init(families: 5, states: 6, timers: 7, attributes: 8, messages: 9))

    static let udpScan = Scan(
        ExampleStatistics.udp, source: .netlink, duration: .microseconds(250),
        unknown: .init(families: 3, states: 4, attributes: 8, messages: 9))

    static let unixScan = Scan(
        ExampleStatistics.unix, source: .netlink, duration: .microseconds(150),
        unknown: .init(families: 1, states: 2, kinds: 3, attributes: 8, messages: 9))

    static let broken = SourceError(.unavailable, "no source works. <because>")

    static let process = ProcessStatistics(
        cpuSeconds: 1.5, virtualMemoryBytes: 200_000_000, residentMemoryBytes: 15_000_000, openDescriptors: 12,
        descriptorLimit: 1024, virtualMemoryLimitBytes: nil, startTime: 1_700_000_000.25)

    static let system = SystemName(
        system: "Linux", release: "6.1.0-1-amd64", version: "#1 SMP Debian 6.1.1-1", machine: "x86_64", node: "web-1",
        domain: "(none)")

    var scan: Result<Scan<TCPStatistics>, SourceError> = .success(Self.scan)
    var udp: Result<Scan<UDPStatistics>, SourceError> = .success(Self.udpScan)
    var unix: Result<Scan<UNIXStatistics>, SourceError> = .success(Self.unixScan)
    var sockstat: Result<SocketSummary, SourceError> = .success(
        SocketSummary(inUseIPv4: 60, inUseIPv6: 1000, timeWait: 100))
    var limits: Result<KernelLimits, SourceError> = .success(ExampleStatistics.limits)
    var kernel = ExampleStatistics.kernel
    var choice: SourceChoice? = SourceChoice(.netlink, isBest: true, reason: "best available")
    var udpChoice: SourceChoice? = SourceChoice(.netlink, isBest: true, reason: "requested")
    var unixChoice: SourceChoice? = SourceChoice(.netlink, isBest: true, reason: "requested")
    var folded: FoldedSeries = [
        .listeners: 11, .ports: 12, .namespaces: 13, .udpPorts: 14, .udpNamespaces: 15, .unixListeners: 16,
    ]
    var durations = [
        "tcp": "0.002", "udp": "0.0003", "unix": "0.0002", "sockstat": "3e-05", "limits": "6e-05",
        "netstat": "0.0002", "node-names": "0.0001", "process": "5e-05",
    ]
    var hasOwn = true
    var isSingle = false
    /// The flags that enable and disable collectors.
    var flags: [String] = []

    static func http() -> HTTPStatistics {
        let statistics = HTTPStatistics()
        statistics.requestBegan()
        statistics.answered(code: 404)
        statistics.answered(code: 200)
        statistics.answered(code: 200)
        return statistics
    }

    /// Nothing can be read, and the exporter's own metrics are off.
    static let failed = ExampleExporter(
        scan: .failure(broken), udp: .failure(broken), unix: .failure(broken), sockstat: .failure(broken),
        limits: .failure(broken), kernel: KernelStatistics(failures: [.snmp: broken]), choice: nil, udpChoice: nil,
        unixChoice: nil, folded: [:],
        durations: [
            "tcp": "0.002", "udp": "0.0003", "unix": "0.0002", "sockstat": "0.001", "limits": "0.001",
            "netstat": "0.0002",
        ],
        hasOwn: false)

    /// What a scrape brings, and the collector of TCP sockets.
    func gather(_ request: ScrapeRequest = ScrapeRequest()) throws -> (gathered: Gathered, tcp: TCPCollector) {
        let tcp = TCPCollector(
            FixedSource(kind: .netlink, answer: scan),
            limits: [.ports: 2, .listeners: 5, .namespaces: 3], isSingle: isSingle,
            names: { _, _ in ExampleStatistics.names })
        let udp = UDPCollector(
            FixedSource(kind: .netlink, answer: udp), limits: [.udpPorts: 2, .udpNamespaces: 2], isSingle: isSingle,
            knownCgroups: { [:] }, names: { _ in ExampleStatistics.names })
        let unix = UNIXCollector(FixedSource(kind: .netlink, answer: unix), limits: [.unixListeners: 4])
        let (choice, udpChoice, unixChoice, folded) = (choice, udpChoice, unixChoice, folded)
        let (sockstat, limits, kernel) = (sockstat, limits, kernel)
        let netstat = NetstatCollector { _, _ in kernel }
        let collectors = ExporterCollectors(
            tcp: tcp, udp: udp, unix: unix, choice: { choice }, udpChoice: { udpChoice }, unixChoice: { unixChoice },
            totals: {
                .init(repeats: [.netlink: 3, .proc: 0], rereadChains: [.bpf: 4], foldedSeries: folded)
            }, sockstat: { try sockstat.get() },
            limits: LimitsCollector { _ in .init(limits: try limits.get()) }, netstat: netstat,
            nodeNames: NodeNamesCollector(
                .init(
                    kernel: { _, _ in kernel }, conntrack: { ConntrackTable(entries: 12, limit: 65_536) },
                    system: { Self.system }), after: netstat),
            build: BuildInformation.example,
            own: hasOwn
                ? .init(process: ProcessCollector { Self.process }, http: Self.http(), droppedLogLines: { 3 }) : nil)
        let registry = Registry()
        try collectors.register(in: registry, CollectorOptions.parse(flags))
        return (registry.gather(request), tcp)
    }

    /// The exposition of a scrape, with fixed numbers in the place of measured times.
    func exposition(_ format: ExpositionFormat, _ request: ScrapeRequest = ScrapeRequest()) throws -> String {
        var bytes: [UInt8] = []
        format.write(try gather(request).gathered.families, into: &bytes)
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).map {
            line in
            guard let match = line.wholeMatch(of: /(socket_scrape_collector_duration_seconds{collector="(.*)"}) .*/)
            else { return String(line) }
            return "\(match.1) \(durations[String(match.2)] ?? "unexpected")"
        }.joined(separator: "\n")
    }
}

extension BuildInformation {
    static let example = BuildInformation(
        version: BuildInformation.current.version, revision: "REVISION", branch: "", buildUser: "", buildDate: "",
        swiftVersion: "SWIFT", platform: "")
}
