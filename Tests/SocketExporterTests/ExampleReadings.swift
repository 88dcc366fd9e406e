// SPDX-License-Identifier: Apache-2.0

import ExampleStatistics
import SocketMetrics
import SocketStatistics

@testable import SocketExporter
@testable import ScrapeServing

/// Readings with a number of its own in each place.
enum ExampleReadings {
    static let scan = TCPScan(
        source: .netlink, statistics: ExampleStatistics.statistics, duration: .microseconds(1250),
        unknown: .init(families: 5, states: 6, timers: 7, attributes: 8, messages: 9))

    static let metrics = {
        var history = SeriesHistory()
        return TCPMetrics(
            ExampleStatistics.statistics, limits: SeriesLimits(ports: 2, listeners: 5, namespaces: 3),
            names: ExampleStatistics.names, history: &history)
    }()

    static func http() -> HTTPStatistics.Snapshot {
        let statistics = HTTPStatistics()
        statistics.requestBegan()
        statistics.answered(code: 404)
        statistics.answered(code: 200)
        statistics.answered(code: 200)
        return statistics.snapshot()
    }

    static let process = ProcessStatistics(
        cpuSeconds: 1.5, virtualMemoryBytes: 200_000_000, residentMemoryBytes: 15_000_000, openDescriptors: 12,
        descriptorLimit: 1024, virtualMemoryLimitBytes: nil, startTime: 1_700_000_000.25)

    /// All that can be read, read well.
    static let complete = Readings(
        tcp: Measured(
            outcome: .success(
                .init(
                    scan: scan, choice: SourceChoice(.netlink, isBest: true, reason: "best available"),
                    isNewChoice: true)),
            duration: .milliseconds(2)),
        summary: Measured(
            outcome: .success(SocketSummary(inUseIPv4: 60, inUseIPv6: 1000, timeWait: 100)), duration: .microseconds(30)
        ),
        repeats: [.netlink: 3, .proc: 0],
        rereadChains: [.bpf: 4],
        metrics: metrics,
        foldedSeries: FoldedSeries(listeners: 11, ports: 12, namespaces: 13),
        own: Readings.Own(
            process: Measured(outcome: .success(process), duration: .microseconds(50)), http: http(), droppedLogLines: 3
        ))

    static let broken = SourceError(.unavailable, "no source of TCP statistics works. <because>")

    /// Nothing could be read, and the exporter's own metrics are off.
    static let failed = Readings(
        tcp: Measured(outcome: .failure(broken), duration: .milliseconds(2)),
        summary: Measured(outcome: .failure(broken), duration: .milliseconds(1)),
        repeats: [.netlink: 3, .proc: 0],
        rereadChains: [.bpf: 4],
        foldedSeries: FoldedSeries(),
        own: nil)
}
