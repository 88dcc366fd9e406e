// SPDX-License-Identifier: Apache-2.0

import ExampleStatistics
import Exposition
import SocketStatistics
import Testing

@testable import SocketMetrics

/// Which UDP ports have series, from scan to scan.
struct UDPFoldingTests {
    private typealias Port = UDPStatistics.Port

    /// The series of each of some scans: of IPv4 ports, with their values.
    private static func series(
        _ scans: [[UInt16: UInt64]?], limit: Int = 20
    ) -> (values: [[UInt16: UInt64]?], folded: [Int]) {
        var history = UDPHistory()
        var result: (values: [[UInt16: UInt64]?], folded: [Int]) = ([], [])
        for scan in scans {
            let drops = scan.map { scan in
                Dictionary(uniqueKeysWithValues: scan.map { (Port(.ipv4, $0.key), $0.value) })
            }
            let folded = FoldedUDP(
                UDPStatistics(drops: drops), names: NamespaceNames(names: [:]), limits: [.udpPorts: limit],
                history: &history)
            #expect(folded.ports?.rest == nil)
            result.values.append(
                folded.ports.map { ports in
                    Dictionary(uniqueKeysWithValues: ports.kept.map { ($0.key.number, $0.value.value) })
                })
            result.folded.append(folded.restCounts[.udpPorts] ?? 0)
        }
        return result
    }

    @Test(
        arguments: [
            // With drops at once; without them at the second scan.
            ([[53: 3, 67: 0], [53: 3, 67: 0], [53: 3, 67: 9]], [[53: 3], [53: 3, 67: 0], [53: 3, 67: 9]]),
            // The ports of clients come and go.
            ([[53: 0, 40_000: 0], [53: 0, 40_001: 0], [53: 0, 40_002: 0]], [[:], [53: 0], [53: 0]]),
            // One that has gone has none, and continues when it comes back.
            ([[53: 3], [:], [53: 2]], [[53: 3], [:], [53: 5]]),
            // A socket closes, another drops.
            ([[53: 10], [53: 4], [53: 6]], [[53: 10], [53: 10], [53: 12]]),
            // Where they were not counted nothing is told, and nothing forgotten.
            ([[53: 3, 67: 0], nil, [53: 4, 67: 0]], [[53: 3], nil, [53: 4, 67: 0]]),
        ] as [([[UInt16: UInt64]?], [[UInt16: UInt64]?])])
    func thoseThatDropAndThoseThatStay(_ scans: [[UInt16: UInt64]?], _ expected: [[UInt16: UInt64]?]) {
        let (values, folded) = Self.series(scans)
        #expect(values == expected)
        #expect(folded.allSatisfy { $0 == 0 })
    }

    @Test func thoseThatDropNowComeFirst() {
        let (values, folded) = Self.series(
            [
                [1: 100, 2: 50, 3: 0, 4: 0], [1: 100, 2: 50, 3: 0, 4: 0],
                // The third begins, takes the place of the one with the fewest drops, and gives it back afterwards.
                [1: 100, 2: 50, 3: 1, 4: 0], [1: 100, 2: 50, 3: 1, 4: 0],
                // The third again, and one that is bound for the first time.
                [1: 100, 2: 50, 3: 2, 4: 0, 5: 7],
            ], limit: 2)
        #expect(values == [[1: 100, 2: 50], [1: 100, 2: 50], [1: 100, 3: 1], [1: 100, 2: 50], [3: 2, 5: 7]])
        #expect(folded == [0, 2, 2, 2, 3])
    }

    @Test func ofThoseWithoutDropsTheFirstAreKeptAndStay() {
        let all = Dictionary(uniqueKeysWithValues: (100..<200).map { (UInt16($0), UInt64(0)) })
        let more = all.merging([1: 0, 2: 0]) { $1 }
        let (values, folded) = Self.series([all, all, more, more], limit: 3)
        let first: [UInt16: UInt64] = [100: 0, 101: 0, 102: 0]
        #expect(values == [[:], first, first, first])
        #expect(folded == [0, 97, 97, 99])
    }

    @Test(arguments: [0, 1, 20, 10_000]) func everyPortOfBothFamilies(_ limit: Int) {
        let ports = AddressFamily.allCases.flatMap { family in (UInt16.min...UInt16.max).map { Port(family, $0) } }
        let drops = Dictionary(uniqueKeysWithValues: ports.map { ($0, UInt64(0)) })
        var history = UDPHistory()
        for scan in 0..<2 {
            let folded = FoldedUDP(
                UDPStatistics(drops: drops), names: NamespaceNames(names: [:]), limits: [.udpPorts: limit],
                history: &history)
            #expect(folded.ports?.kept.count == (scan == 0 ? 0 : limit))
            #expect(folded.ports?.restCount == (scan == 0 ? 0 : 2 * 65_536 - limit))
            #expect(folded.ports?.kept.first.map(\.key) == (scan == 0 || limit == 0 ? nil : Port(.ipv4, 0)))
        }
        #expect(history.drops.count == 0)
    }

    // MARK: The set of ports

    @Test func aSetHasItsPortsInTheirOrder() {
        let ports = [
            Port(.ipv6, 65_535), Port(.ipv4, 0), Port(.ipv6, 31), Port(.ipv4, 32), Port(.ipv4, 65_535), Port(.ipv6, 0),
        ]
        var found: [Port] = []
        UDPPortSet(ports + ports).forEach { found.append($0) }
        #expect(found == ports.sorted())
        found = []
        UDPPortSet(ports).intersection(UDPPortSet([Port(.ipv4, 31), ports[2]])).forEach { found.append($0) }
        #expect(found == [ports[2]])
        UDPPortSet().forEach { _ in Issue.record("the empty set has an element") }
    }

    // MARK: Namespaces

    private static func namespaces(
        _ members: [UInt32: (sockets: UInt64, identity: NamespaceIdentity)], others: UInt64? = 0, otherKeys: Int = 0
    ) -> UDPStatistics {
        let counts = members.mapValues { ExampleStatistics.udpSockets(0, $0.sockets, 0, 0) }
        return UDPStatistics(
            namespaces: UDPNamespaces(
                own: 1,
                members: Breakdown(
                    counts.merging([1: ExampleStatistics.udpSockets(1, 2, 3, 4)]) { $1 },
                    others: others.map { ExampleStatistics.udpSockets(0, $0, 0, 0) }, otherKeys: otherKeys),
                identities: members.mapValues(\.identity)))
    }

    private static func folded(
        _ statistics: UDPStatistics, _ names: NamespaceNames, limit: Int = 200
    ) -> FoldedUDP {
        var history = UDPHistory()
        return FoldedUDP(statistics, names: names, limits: [.udpNamespaces: limit], history: &history)
    }

    @Test func namespacesAreCalledAsThoseOfTCP() {
        let names = NamespaceNames(
            names: [2: "blue", 3: "other", 7: "empty"], cgroups: [1: "/", 5: "/a", 6: "/b"])
        let identities: [UInt32: NamespaceIdentity] = [
            2: .init(cookie: 12, cgroup: 5), 3: .init(cookie: 13, cgroup: 5), 4: .init(cookie: 14, cgroup: 1),
            5: .init(), 6: .init(cgroup: 6, isOfTenant: true), 7: .init(cookie: 17), 8: .init(cookie: 18),
        ]
        // The last two have no socket.
        let members = identities.map { inode, identity in
            (inode, (sockets: UInt64(inode < 7 ? 1 : 0), identity: identity))
        }
        let udp = Self.folded(Self.namespaces(Dictionary(uniqueKeysWithValues: members)), names)
        #expect(udp.namespaces?.kept.map(\.key) == ["/a", "/b", "blue", "empty", "net:[4]@14", "net:[5]"])
        var cgroups: [UInt64: String] = [:]
        let tcp = names.labels(of: identities, &cgroups)
        #expect(Set(tcp.values) == Set(udp.namespaces?.kept.map(\.key) ?? []).union(["net:[8]@18"]))
        #expect(udp.ownNamespace?[.established] == 4 && udp.ownNamespace?[.close] == 6)
    }

    @Test func beyondTheLimitNamespacesAreAddedUp() {
        let members = Dictionary(
            uniqueKeysWithValues: (2..<12).map { inode in
                let identity = NamespaceIdentity(isOfTenant: inode > 4)
                return (UInt32(inode), (sockets: UInt64(inode), identity: identity))
            })
        let names = NamespaceNames(names: [2: "blue"])
        let folded = Self.folded(Self.namespaces(members, others: 100, otherKeys: 3), names, limit: 4)
        // The one with a name, those of the host, and the greatest of the others.
        #expect(folded.namespaces?.kept.map(\.key) == ["blue", "net:[11]", "net:[3]", "net:[4]"])
        #expect(folded.namespaces?.rest?.sockets[.close] == 5 + 6 + 7 + 8 + 9 + 10 + 100)
        #expect(folded.restCounts == [.udpPorts: 0, .udpNamespaces: 9])
        let incomplete = Self.folded(Self.namespaces(members, others: nil), names, limit: 4)
        #expect(incomplete.namespaces?.rest == nil)
    }

    @Test func aNamespaceKeepsItsCgroup() {
        var history = UDPHistory()
        let names = NamespaceNames(names: [:], cgroups: [5: "/a", 6: "/b"])
        let labels = ([5, 6, nil] as [UInt64?]).map { cgroup -> [String]? in
            let statistics = Self.namespaces([2: (1, NamespaceIdentity(cookie: 7, cgroup: cgroup))])
            return FoldedUDP(statistics, names: names, limits: [:], history: &history).namespaces?.kept.map(\.key)
        }
        #expect(labels == [["/a"], ["/a"], ["/a"]])
    }

    @Test func whatIsNotToldIsAbsent() {
        let folded = Self.folded(UDPStatistics(), NamespaceNames(names: [:]))
        #expect(folded.ports == nil && folded.namespaces == nil && folded.ownNamespace == nil)
        let families = UDPFamilies.families(of: UDPStatistics(), folded, hasHistory: true)
        #expect(families.flatMap(\.samples).isEmpty)
        #expect(families.count == 1)
    }
}
