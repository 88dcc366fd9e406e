// SPDX-License-Identifier: Apache-2.0

import ExampleStatistics
import Exposition
import SocketMetrics
import SocketStatistics
import Testing

/// The families as values; `ExporterTests` compares their text with golden files.
struct TCPMetricsTests {
    private static func text(_ statistics: TCPStatistics) -> String {
        var bytes: [UInt8] = []
        ExpositionFormat.prometheusText.write(TCPMetrics(statistics).families, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func eachNameOccursOnce() {
        var history = SeriesHistory()
        let families = TCPMetrics(ExampleStatistics.statistics, history: &history).families
        let names = families.map(\.metadata.name)
        #expect(names.count == 26)
        #expect(Set(names).count == names.count)
        #expect(names.allSatisfy { $0.hasPrefix("socket_") })
        #expect(TCPMetrics.metadata == families.map(\.metadata))
    }

    @Test func statesThatWereNotCountedAreAbsent() {
        var statistics = ExampleStatistics.statistics
        statistics.connections = statistics.connections.filter { $0.key.state != .boundInactive }
        let text = Self.text(statistics)
        #expect(!text.contains("bound_inactive"))
        #expect(text.contains("state=\"closing\"} 11\n"))
    }

    @Test func whatIsNotToldLeavesNoTrace() {
        #expect(Self.text(TCPStatistics()) == "")
    }

    @Test func foldedMetricsAreCalledByTheirNames() {
        var history = SeriesHistory()
        let metrics = TCPMetrics(ExampleStatistics.statistics, history: &history)
        let names = metrics.families.map(\.metadata.name)
        let folded = metrics.foldedSeries.byMetric().map(\.metric).filter { $0.contains("_tcp_") }
        #expect(folded.allSatisfy { names.contains($0) })
        #expect(folded.count == 9)
    }

    /// Label sets occur once, whatever namespaces and interfaces are called.
    @Test func noTwoSeriesHaveEqualLabels() {
        func endpoint(_ interface: String?) -> Endpoint {
            Endpoint(IPAddress(ipv4: 0), port: 80, interface: interface)
        }
        let listeners = [nil, "", "eth0", "7"].map { (endpoint($0), Listener(backlog: 0, backlogLimit: 1, drops: 1)) }
        let member = NamespaceStatistics.Member(
            connections: [.init(.ipv4, .listen): 4], listeners: Dictionary(uniqueKeysWithValues: listeners), cgroup: 5)
        let inodes = (1...9).map { UInt32($0) }
        let statistics = TCPStatistics(
            listeners: Dictionary(uniqueKeysWithValues: listeners),
            namespaces: NamespaceStatistics(
                own: 1,
                members: Breakdown(
                    Dictionary(uniqueKeysWithValues: inodes.map { ($0, member) }),
                    others: .init(connections: [.init(.ipv4, .listen): 1]), otherKeys: 1)))
        let names = NamespaceNames(
            names: [2: "self", 3: "other", 4: "", 5: "net:[2]", 6: "/a", 7: "blue", 8: "blue"], cgroups: [5: "/a"])
        for limit in 0...20 {
            var history = SeriesHistory()
            let limits = [.listeners: limit, .namespaces: limit] as SeriesLimits
            let metrics = TCPMetrics(statistics, limits: limits, names: names, history: &history)
            for family in metrics.families {
                #expect(Set(family.samples.map(\.labels)).count == family.samples.count, "\(family.metadata.name)")
            }
        }
    }
}
