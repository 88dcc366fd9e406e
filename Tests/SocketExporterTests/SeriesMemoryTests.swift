// SPDX-License-Identifier: Apache-2.0

import Exposition
import SocketMetrics
import SocketStatistics
import Testing

@testable import SocketExporter

struct SeriesMemoryTests {
    private static func statistics(_ drops: UInt64) -> TCPStatistics {
        let listeners = (1...3).map { port in
            (
                Endpoint(IPAddress(ipv4: 0), port: port),
                Listener(backlog: 0, backlogLimit: 1, drops: port == 1 ? drops : 0)
            )
        }
        return TCPStatistics(listeners: Dictionary(uniqueKeysWithValues: listeners))
    }

    @Test func countersGoOnFromScrapeToScrape() {
        let memory = SeriesMemory()
        let limits = SeriesLimits(listeners: 1)
        var values: [[String]] = []
        for drops in [34, 22, 25] as [UInt64] {
            let (metrics, folded) = memory.metrics(Self.statistics(drops), limits)
            let counters = metrics?.families.filter { $0.metadata.kind == .counter } ?? []
            values.append(counters.flatMap(\.samples).map { "\($0.value)" } + ["\(folded.listeners)"])
        }
        #expect(values == [["integer(34)", "2"], ["integer(34)", "4"], ["integer(37)", "6"]])
    }

    @Test func withoutAScanTheTotalsStay() {
        let memory = SeriesMemory()
        _ = memory.metrics(Self.statistics(1), SeriesLimits(listeners: 1))
        let (metrics, folded) = memory.metrics(nil, SeriesLimits(listeners: 1))
        #expect(metrics == nil)
        #expect(folded == FoldedSeries(listeners: 2))
    }
}
