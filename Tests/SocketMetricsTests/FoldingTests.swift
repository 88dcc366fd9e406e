// SPDX-License-Identifier: Apache-2.0

import ExampleStatistics
import Exposition
import SocketStatistics
import Testing

@testable import SocketMetrics

struct FoldingTests {
    private static let values = ["a": 1, "b": 5, "c": 3, "d": 5, "e": 0]

    private static func folded(_ limit: Int) -> Folded<String, Int> {
        var members: Set<String> = []
        return Folded(values, limit: limit, members: &members, rank: { $0 }, outranks: { $0 > $1 }, sum: +)
    }

    @Test(arguments: [
        (-1, [], 14, 5), (0, [], 14, 5), (1, ["b"], 9, 4), (2, ["b", "d"], 4, 3), (3, ["b", "c", "d"], 1, 2),
        (4, ["a", "b", "c", "d"], 0, 1),
    ])
    func theGreatestAreKeptAndTheRestAddedUp(_ limit: Int, _ kept: [String], _ rest: Int, _ count: Int) {
        let folded = Self.folded(limit)
        #expect(folded.kept.map(\.key) == kept)
        #expect(folded.rest == rest)
        #expect(folded.restCount == count)
    }

    @Test(arguments: [5, 6, 10_000])
    func withinTheLimitThereIsNoRest(_ limit: Int) {
        let folded = Self.folded(limit)
        #expect(folded.kept.map(\.key) == ["a", "b", "c", "d", "e"])
        #expect(folded.rest == nil)
        #expect(folded.restCount == 0)
    }

    @Test func moreCanBelongToTheRest() {
        var folded = Self.folded(5)
        folded.addToRest(0, count: 0, sum: +)
        #expect(folded.rest == nil)
        folded.addToRest(7, count: 2, sum: +)
        folded.addToRest(1, count: 1, sum: +)
        #expect(folded.rest == 8)
        #expect(folded.restCount == 3)
    }

    private static func fold(_ statistics: TCPStatistics, _ limits: SeriesLimits = SeriesLimits()) -> FoldedTCP {
        var history = SeriesHistory()
        return FoldedTCP(statistics, names: ExampleStatistics.names, limits: limits, history: &history)
    }

    @Test func whatIsNotToldIsAbsent() {
        let folded = Self.fold(TCPStatistics())
        #expect(folded.listeners == nil)
        #expect(folded.ports == nil)
        #expect(folded.namespaces == nil)
        #expect(folded.ownNamespace == nil)
    }

    @Test func listenersInTroubleComeFirst() {
        func endpoint(_ port: UInt16) -> Endpoint { Endpoint(IPAddress(ipv4: 0), port: port) }
        let listeners = [
            endpoint(1): Listener(backlog: 0, backlogLimit: 1000, drops: 0),
            endpoint(2): Listener(backlog: 9, backlogLimit: 10, drops: 0),
            endpoint(3): Listener(backlog: 0, backlogLimit: 10, drops: 1),
            endpoint(4): Listener(backlog: 0, backlogLimit: 10, drops: 0),
        ]
        let kept = (0...3).map { limit in
            Self.fold(TCPStatistics(listeners: listeners), [.listeners: limit]).listeners?.kept.map(
                \.key.endpoint.port)
        }
        #expect(kept == [[], [3], [2, 3], [1, 2, 3]])
    }

    @Test func nothingIsLostByFolding() {
        let statistics = ExampleStatistics.statistics
        for limit in 0...6 {
            let folded = Self.fold(statistics, [.ports: limit, .listeners: limit, .namespaces: limit])
            let ports = (folded.ports?.kept.map(\.value) ?? []) + [folded.ports?.rest ?? [:]]
            #expect(ports.compactMap { $0[.established] }.reduce(0, +) == 1121)
            let listeners = (folded.listeners?.kept.map(\.value) ?? []) + (folded.listeners?.rest.map { [$0] } ?? [])
            #expect(listeners.reduce(0) { $0 + $1.listener.sockets } == 8)
            #expect(listeners.reduce(0) { $0 + $1.listener.fullSockets } == 1)
            #expect(listeners.map(\.listener.fullness).max() == 1)
            let rest = folded.namespaces?.rest.map { [$0.states] } ?? []
            let namespaces = (folded.namespaces?.kept.map(\.value.states) ?? []) + rest
            #expect(namespaces.map(\.total).reduce(0, +) == 13)
            #expect(folded.ownNamespace?[.established] == 102)
        }
    }

    /// The sum of those that change places with others would fall, which no counter does.
    @Test func countersAreNotFolded() throws {
        var history = SeriesHistory()
        let metrics = TCPMetrics(
            ExampleStatistics.statistics, limits: [.listeners: 1], history: &history)
        for family in metrics.families where family.metadata.name.hasPrefix("socket_tcp_listener_") {
            #expect(family.samples.count == (family.metadata.kind == .counter ? 1 : 2), "\(family.metadata.name)")
        }
    }

    @Test func foldedSeriesAddUp() {
        func series(_ limit: Int) -> FoldedSeries {
            let limits: SeriesLimits = [.ports: limit, .listeners: limit, .namespaces: limit, .cgroups: limit]
            return TCPMetrics(ExampleStatistics.statistics, limits: limits).foldedSeries
        }
        // Two ports and the one that was told together; five listeners; two namespaces and those told together; two cgroups
        // and the two that were told together.
        let folded: FoldedSeries = [.listeners: 5, .ports: 33, .namespaces: 33, .cgroups: 44]
        #expect(series(1) == folded)
        // Those told together stay so.
        #expect(series(1000) == [.ports: 11, .namespaces: 11, .cgroups: 22])
        var sum = FoldedSeries()
        for _ in 0..<2 { sum += folded }
        #expect(sum == [.listeners: 10, .ports: 66, .namespaces: 66, .cgroups: 88])
    }
}
