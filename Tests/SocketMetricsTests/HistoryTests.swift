// SPDX-License-Identifier: Apache-2.0

import Exposition
import SocketStatistics
import Testing

@testable import SocketMetrics

struct MonotonicTotalsTests {
    /// The totals of one key after each of some scans; nil is a scan without it.
    @Test(
        arguments: [
            ([5, 7, 7, 9], [5, 7, 7, 9]),
            // One of its sockets closes.
            ([34, 22, 22, 25], [34, 34, 34, 37]),
            // All close, and others are opened.
            ([34, nil, 10, 12], [34, nil, 44, 46]), ([34, 0, 10], [34, 34, 44]),
            // One scan may have missed it; two have not.
            ([34, nil, 34, 36], [34, nil, 34, 36]), ([34, nil, nil, 40], [34, nil, nil, 74]),
            ([34, nil, 40, nil, 12, 13], [34, nil, 40, nil, 52, 53]),
            ([0, 0, 3, 0, nil, 2], [0, 0, 3, 3, nil, 5]),
        ] as [([UInt64?], [UInt64?])])
    func neverFall(_ sums: [UInt64?], _ expected: [UInt64?]) {
        var totals = MonotonicTotals<String>(limit: 10)
        let values = sums.map { sum in
            let now = totals.add(sum.map { ["a": $0] } ?? [:])
            return sum.map { _ in now["a"]?.value ?? 0 }
        }
        #expect(values == expected)
    }

    @Test func whatWasNotCountedGoesOn() {
        var totals = MonotonicTotals<String>(limit: 10)
        _ = totals.add(["a": 34])
        _ = totals.add([:], wasCounted: { _ in false })
        // The same sockets: not 34 more.
        #expect(totals.add(["a": 36])["a"] == .init(value: 36, increase: 2))
    }

    @Test func thoseThatWentFirstAreForgottenFirst() {
        var totals = MonotonicTotals<Int>(limit: 3)
        _ = totals.add([9: 1, 8: 0])
        for key in 0..<5 {
            _ = totals.add([key: 10])
            #expect(totals.count <= 4)
        }
        // 4 is there; of the others, 1, 2 and 3 are remembered.
        let again = totals.add([0: 1, 1: 1, 3: 1, 9: 1])
        #expect(again.mapValues(\.value) == [0: 1, 1: 11, 3: 11, 9: 1])
    }

    @Test func whatHasCountedNothingTakesNoMemory() {
        var totals = MonotonicTotals<Int>(limit: 3)
        #expect(totals.add(Dictionary(uniqueKeysWithValues: (0..<1000).map { ($0, 0) })).isEmpty)
        #expect(totals.count == 0)
    }
}

struct SeriesHistoryTests {
    private static func endpoint(_ port: UInt16) -> Endpoint { Endpoint(IPAddress(ipv4: 0), port: port) }

    private static func listeners(_ drops: [UInt16: UInt64]) -> [Endpoint: Listener] {
        Dictionary(
            uniqueKeysWithValues: drops.map {
                (endpoint($0.key), Listener(backlog: 0, backlogLimit: 1, drops: $0.value))
            })
    }

    private static func drops(_ metrics: TCPMetrics) -> [String: MetricValue]? {
        metrics.families.first { $0.metadata.name == "socket_tcp_listener_drops_total" }
            .map { family in
                Dictionary(uniqueKeysWithValues: family.samples.map { ($0.labels.description, $0.value) })
            }
    }

    private static func label(_ port: UInt16) -> String { "address=\"0.0.0.0\",port=\"\(port)\"" }

    @Test func aCounterThatLeavesTheLimitGoesOnWhenItComesBack() {
        var history = SeriesHistory()
        let limits = SeriesLimits([.listeners: 1])
        let scans: [([UInt16: UInt64], [UInt16: MetricValue])] = [
            ([1: 10, 2: 0], [1: 10]),
            // The second is in trouble, and the first is not; then the other way round, with one socket less.
            ([1: 10, 2: 9], [2: 9]), ([1: 4, 2: 9], [2: 9]), ([1: 6, 2: 9], [1: 12]),
            // It closes, and comes back.
            ([2: 9], [2: 9]), ([1: 5, 2: 9], [1: 17]),
        ]
        for (drops, expected) in scans {
            let metrics = TCPMetrics(TCPStatistics(listeners: Self.listeners(drops)), limits: limits, history: &history)
            let samples = expected.map { (Self.label($0.key), $0.value) }
            #expect(Self.drops(metrics) == Dictionary(uniqueKeysWithValues: samples))
        }
    }

    /// The source proc tells of no listeners; neither does bpf when it could not count them.
    @Test func aScanWithoutListenersChangesNothing() {
        var history = SeriesHistory()
        _ = TCPMetrics(TCPStatistics(listeners: Self.listeners([1: 34])), history: &history)
        #expect(Self.drops(TCPMetrics(TCPStatistics(), history: &history)) == nil)
        let metrics = TCPMetrics(TCPStatistics(listeners: Self.listeners([1: 35])), history: &history)
        #expect(Self.drops(metrics) == [Self.label(1): 35])
    }

    @Test func withoutAHistoryThereIsNoCounter() {
        let metrics = TCPMetrics(TCPStatistics(listeners: Self.listeners([1: 34])))
        #expect(metrics.families.contains { $0.metadata.name == "socket_tcp_listener_sockets" })
        #expect(metrics.families.allSatisfy { $0.metadata.kind != .counter })
    }

    private static func namespaces(
        _ members: [UInt32: NamespaceStatistics.Member], isWhole: Bool = true
    ) -> TCPStatistics {
        TCPStatistics(
            listeners: [:],
            namespaces: NamespaceStatistics(
                own: 1, members: Breakdown(members.merging([1: .init()]) { $1 }, others: isWhole ? .init() : nil),
                uncounted: isWhole ? [] : nil))
    }

    private static func member(
        _ drops: UInt64?, cookie: UInt64? = 7, cgroup: UInt64? = nil
    ) -> NamespaceStatistics.Member {
        NamespaceStatistics.Member(
            connections: [.init(.ipv4, .listen): 1], listeners: drops.map { listeners([80: $0]) }, cookie: cookie,
            cgroup: cgroup)
    }

    @Test func theListenersOfANamespaceThatWasNotCountedGoOn() {
        var history = SeriesHistory()
        let label = Self.label(80) + ",netns=\"net:[2]@7\""
        let scans: [(TCPStatistics, [String: MetricValue])] = [
            (Self.namespaces([2: Self.member(34)]), [label: 34]),
            // Its listeners could not be counted, and then all of it.
            (Self.namespaces([2: Self.member(nil)]), [:]), (Self.namespaces([:], isWhole: false), [:]),
            (Self.namespaces([2: Self.member(35)]), [label: 35]),
            // It had no socket, and has others.
            (Self.namespaces([:]), [:]), (Self.namespaces([2: Self.member(5)]), [label: 40]),
        ]
        for (statistics, expected) in scans {
            #expect(Self.drops(TCPMetrics(statistics, history: &history)) == expected)
        }
    }

    /// A pod has a cgroup for each container, and which socket comes first changes.
    @Test func aNamespaceKeepsItsCgroup() {
        var history = SeriesHistory()
        let names = NamespaceNames(names: [:], cgroups: [1: "/", 5: "/a", 6: "/b"])
        func labels(_ members: [UInt32: NamespaceStatistics.Member]) -> [String] {
            let metrics = TCPMetrics(Self.namespaces(members), names: names, history: &history)
            return metrics.folded.namespaces?.kept.map(\.key) ?? []
        }
        #expect(labels([2: Self.member(0, cgroup: 5)]) == ["/a"])
        #expect(labels([2: Self.member(0, cgroup: 6)]) == ["/a"])
        #expect(labels([2: Self.member(0)]) == ["/a"])
        // The same inode number, another namespace.
        #expect(labels([2: Self.member(0, cookie: 8, cgroup: 6)]) == ["/b"])
        #expect(labels([2: Self.member(0, cookie: nil, cgroup: 5)]) == ["/a"])
        #expect(labels([2: Self.member(0, cookie: nil, cgroup: 6)]) == ["/b"])
        #expect(history.namespaceCgroups.isEmpty)
    }
}
