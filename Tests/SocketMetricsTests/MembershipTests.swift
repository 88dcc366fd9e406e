// SPDX-License-Identifier: Apache-2.0

import SocketStatistics
import Testing

@testable import SocketMetrics

/// Who has series, from one scrape to the next.
struct MembershipTests {
    private struct Case: CustomTestStringConvertible {
        let testDescription: String
        let ranks: [String: UInt64]
        let limit: Int
        let previous: Set<String>
        let members: Set<String>
    }

    private static let cases = [
        Case(testDescription: "none", ranks: [:], limit: 2, previous: [], members: []),
        Case(
            testDescription: "all that fit", ranks: ["a": 0, "b": 1], limit: 2, previous: ["c"], members: ["a", "b"]),
        Case(
            testDescription: "the greatest at first", ranks: ["a": 1, "b": 3, "c": 2], limit: 2, previous: [],
            members: ["b", "c"]),
        Case(
            testDescription: "the lesser key between equals", ranks: ["a": 1, "b": 1, "c": 1], limit: 2, previous: [],
            members: ["a", "b"]),
        Case(
            testDescription: "a member against an equal", ranks: ["a": 1, "b": 1, "c": 1], limit: 2,
            previous: ["b", "c"], members: ["b", "c"]),
        Case(
            testDescription: "a member against a quarter more", ranks: ["a": 125, "b": 100], limit: 1, previous: ["b"],
            members: ["b"]),
        Case(
            testDescription: "more than a quarter more", ranks: ["a": 126, "b": 100], limit: 1, previous: ["b"],
            members: ["a"]),
        Case(
            testDescription: "a member against 1 more", ranks: ["a": 1, "b": 0], limit: 1, previous: ["b"],
            members: ["b"]),
        Case(testDescription: "2 more", ranks: ["a": 2, "b": 0], limit: 1, previous: ["b"], members: ["a"]),
        Case(
            testDescription: "the place of one that has gone", ranks: ["a": 1, "b": 9, "c": 2], limit: 2,
            previous: ["b", "d"], members: ["b", "c"]),
        Case(
            testDescription: "the greatest outsider takes the place of the least member",
            ranks: ["a": 10, "b": 20, "c": 30, "d": 15], limit: 2, previous: ["a", "b"], members: ["b", "c"]),
        Case(
            testDescription: "two outsiders, two places", ranks: ["a": 10, "b": 20, "c": 30, "d": 40], limit: 2,
            previous: ["a", "b"], members: ["c", "d"]),
        Case(
            testDescription: "a lower limit", ranks: ["a": 1, "b": 3, "c": 2], limit: 1, previous: ["a", "b", "c"],
            members: ["b"]),
        Case(testDescription: "no places", ranks: ["a": 1], limit: 0, previous: ["a"], members: []),
        Case(testDescription: "fewer than no places", ranks: ["a": 1], limit: -1, previous: ["a"], members: []),
        Case(
            testDescription: "the greatest numbers", ranks: ["a": .max, "b": .max - 1], limit: 1, previous: ["b"],
            members: ["b"]),
    ]

    @Test(arguments: cases) private func members(_ example: Case) {
        let members = Membership.choose(
            example.ranks.map { ($0.key, $0.value) }, limit: example.limit, previous: example.previous,
            outranks: Membership.outranks)
        #expect(members == example.members)
    }

    private static func rank(
        drops: UInt64 = 0, new: UInt64 = 0, backlog: UInt64 = 0, full: UInt64 = 0, standing: Standing = .own
    ) -> ListenerRank {
        ListenerRank(
            ListenerSeries(
                listener: Listener(backlog: backlog, backlogLimit: 1000, drops: 0, fullSockets: full),
                drops: .init(value: drops, increase: new), standing: standing))
    }

    /// Each outranks the next at once.
    private static let precedence = [
        rank(new: 1), rank(drops: 100, backlog: 9), rank(new: 1, standing: .named), rank(drops: 1000, standing: .named),
        rank(full: 1, standing: .host), rank(standing: .host), rank(full: 9, standing: .tenant),
        rank(drops: 1000, standing: .tenant),
    ]

    @Test func listenersOfTheOwnNamespaceComeFirstAndThoseInTroubleAmongEquals() {
        for (greater, lesser) in zip(Self.precedence, Self.precedence.dropFirst()) {
            #expect(lesser < greater)
            #expect(ListenerRank.outranks(greater, lesser))
            #expect(!ListenerRank.outranks(lesser, greater))
        }
    }

    @Test(arguments: [
        (rank(full: 1), rank(drops: 500), true), (rank(drops: 10), rank(drops: 9), false),
        (rank(drops: 12), rank(drops: 9), true), (rank(drops: 9, backlog: 2), rank(drops: 9), true),
        (rank(drops: 9, backlog: 1), rank(drops: 9), false), (rank(drops: 10, backlog: 2), rank(drops: 9), true),
        (rank(drops: 8, backlog: 900), rank(drops: 9), false),
    ])
    private func listenersOtherwiseKeepTheirPlaces(_ outsider: ListenerRank, _ member: ListenerRank, _ takes: Bool) {
        #expect(ListenerRank.outranks(outsider, member) == takes)
    }

    /// 26 ports whose loads change all the time: without inertia about every scrape would bring others.
    @Test func busyPortsKeepTheirSeries() {
        var history = SeriesHistory()
        var memberships: Set<[UInt16]> = []
        for scrape in 0..<100 {
            let connections = (0..<26).map { port in
                (UInt16(port), [.established: UInt64(1000 + (port * 37 + scrape * 61) % 100)] as StateCounts)
            }
            let ports = Breakdown(Dictionary(uniqueKeysWithValues: connections), others: [:])
            let statistics = TCPStatistics(ports: ports)
            let metrics = TCPMetrics(statistics, history: &history)
            memberships.insert(metrics.folded.ports?.kept.map(\.key) ?? [])
        }
        #expect(memberships.count == 1)
        #expect(memberships.first?.count == 20)
    }
}
