// SPDX-License-Identifier: Apache-2.0

import SocketStatistics

@testable import SocketExporter
@testable import ScrapeServer

/// Readings with a number of its own in each place.
enum ExampleReadings {
    static let statistics: TCPStatistics = {
        var statistics = TCPStatistics()
        for (familyIndex, family) in AddressFamily.allCases.enumerated() {
            for state in TCPState.allCases {
                statistics.connections[.init(family, state)] = UInt64(state.rawValue) + UInt64(familyIndex) * 100
            }
        }
        statistics.queueBytes = [.ipv4: .init(receive: 1, send: 2), .ipv6: .init(receive: 3, send: 4)]
        for timer in TCPTimer.allCases {
            statistics.timers[timer] = 1000 + UInt64(timer.rawValue)
        }
        statistics.listeners = [
            Endpoint(IPAddress(ipv4: 0), port: 443): Listener(sockets: 2, backlog: 10, backlogLimit: 8192, drops: 3),
            Endpoint(IPAddress(ipv6: 1), port: 8090): Listener(backlog: 0, backlogLimit: 128, drops: 0),
            Endpoint(IPAddress(ipv4: 0x7f00_0001), port: 22): Listener(backlog: 1, backlogLimit: 127, drops: 0),
        ]
        statistics.ports = PortStatistics(
            connections: [443: states(100), 8090: states(10), 22: states(1000)], otherPorts: 1, others: states(7))
        statistics.namespaces = NamespaceStatistics(
            own: 4_026_531_840,
            connections: [
                4_026_531_840: statistics.connections.filter { $0.key.state != .boundInactive },
                4_026_532_100: [.init(.ipv4, .established): 5],
                4_026_532_200: [.init(.ipv4, .listen): 1, .init(.ipv6, .listen): 2],
                4_026_532_300: [.init(.ipv6, .closeWait): 1],
            ],
            others: [.init(.ipv4, .timeWait): 4])
        statistics.connectionTable = .init(entries: 123_456, buckets: 262_144, longestChain: 6)
        return statistics
    }()

    /// A number of sockets in each state.
    static func states(_ sockets: UInt64) -> [TCPState: UInt64] {
        Dictionary(
            uniqueKeysWithValues: TCPState.allCases.filter { $0 != .boundInactive }.map {
                ($0, sockets + UInt64($0.rawValue))
            })
    }

    static let names = NamespaceNames(names: [4_026_532_100: "blue", 4_026_532_200: "other"])

    static let scan = TCPScan(
        source: .netlink, statistics: statistics, duration: .microseconds(1250),
        unknown: .init(families: 5, states: 6, timers: 7, attributes: 8, messages: 9))

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
        retries: [.netlink: 3, .proc: 0],
        folded: FoldedTCP(
            statistics, names: names, limits: SeriesLimits(ports: 2, listeners: 2, namespaces: 2)),
        foldedSeries: FoldedSeries(listeners: 11, ports: 12, namespaces: 13),
        own: Readings.Own(process: Measured(outcome: .success(process), duration: .microseconds(50)), http: http()))

    static let broken = SourceError(.unavailable, "no source of TCP statistics works. <because>")

    /// Nothing could be read, and the exporter's own metrics are off.
    static let failed = Readings(
        tcp: Measured(outcome: .failure(broken), duration: .milliseconds(2)),
        summary: Measured(outcome: .failure(broken), duration: .milliseconds(1)),
        retries: [.netlink: 3, .proc: 0],
        foldedSeries: FoldedSeries(),
        own: nil)
}
