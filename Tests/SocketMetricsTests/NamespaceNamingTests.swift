// SPDX-License-Identifier: Apache-2.0

import SocketStatistics
import Testing

@testable import SocketMetrics

/// What the series of network namespaces are called, and which there are.
struct NamespaceNamingTests {
    private static let own: UInt32 = 100
    private static let listen = TCPStatistics.Group(.ipv4, .listen)
    private static let established = TCPStatistics.Group(.ipv4, .established)

    private static func series(
        _ members: [UInt32: NamespaceStatistics.Member], _ names: NamespaceNames,
        others: [TCPStatistics.Group: UInt64]? = [:], uncounted: Set<UInt32>? = []
    ) -> FoldedTCP {
        var history = SeriesHistory()
        let own: NamespaceStatistics.Member = .init(connections: [listen: 1, established: 2])
        let statistics = TCPStatistics(
            namespaces: NamespaceStatistics(
                own: self.own,
                members: Breakdown(
                    members.merging([self.own: own]) { $1 }, others: others.map { .init(connections: $0) },
                    otherKeys: others?.isEmpty == false ? 1 : 0),
                uncounted: uncounted))
        return FoldedTCP(statistics, names: names, limits: SeriesLimits(), history: &history)
    }

    @Test(
        arguments: [
            ("blue", 7, 5, "blue"), (nil, 7, 5, "/a\"\n"), (nil, nil, 5, "/a\"\n"), (nil, 7, 1, "net:[2]@7"),
            (nil, 7, 6, "net:[2]@7"), (nil, 7, nil, "net:[2]@7"), (nil, nil, nil, "net:[2]"),
            // Names that mean something else.
            ("self", 7, 5, "/a\"\n"), ("other", 7, nil, "net:[2]@7"), ("net:[3]", nil, nil, "net:[2]"),
            ("/a", nil, nil, "net:[2]"), ("", nil, nil, "net:[2]"), (nil, nil, 8, "net:[2]"),
        ] as [(String?, UInt64?, UInt64?, String)])
    func aNamespaceIsCalled(_ name: String?, _ cookie: UInt64?, _ cgroup: UInt64?, _ label: String) {
        let names = NamespaceNames(
            names: name.map { [2: $0] } ?? [:], cgroups: [1: "/", 5: "/a\"\n", 8: "not from the root"])
        let member = NamespaceStatistics.Member(connections: [Self.listen: 1], cookie: cookie, cgroup: cgroup)
        let folded = Self.series([2: member], names)
        #expect(folded.namespaces?.kept.map(\.key) == [label])
    }

    @Test func thoseThatAreCalledTheSameAreAddedUp() {
        let members = Dictionary(
            uniqueKeysWithValues: (1...3).map { number in
                let connections = [Self.listen: UInt64(number), Self.established: 10]
                return (UInt32(number), NamespaceStatistics.Member(connections: connections, cgroup: 5))
            })
        let folded = Self.series(members, NamespaceNames(names: [:], cgroups: [5: "/a"]))
        #expect(folded.namespaces?.kept.map(\.key) == ["/a"])
        #expect(folded.namespaces?.kept.first?.value.states == [.listen: 6, .established: 30])
    }

    @Test func aStateThatWasNotCountedInOneOfThemIsAbsent() {
        let members: [UInt32: NamespaceStatistics.Member] = [
            1: .init(connections: [Self.listen: 1, Self.established: 2], listeners: [:], cgroup: 5),
            2: .init(connections: [Self.established: 2], cgroup: 5),
        ]
        let folded = Self.series(members, NamespaceNames(names: [:], cgroups: [5: "/a"]))
        #expect(folded.namespaces?.kept.first?.value.states == [.established: 4])
        #expect(folded.namespaces?.kept.first?.value.listeners == nil)
    }

    @Test func aNameWithoutASocketIsThereWithZero() {
        let members: [UInt32: NamespaceStatistics.Member] = [
            2: .init(connections: [Self.listen: 0, Self.established: 0]),
            3: .init(connections: [Self.listen: 0, Self.established: 0]),
        ]
        let names = NamespaceNames(names: [2: "asked", 4: "empty", 5: "self", Self.own: "mine"])
        let folded = Self.series(members, names)
        #expect(folded.namespaces?.kept.map(\.key) == ["asked", "empty"])
        for (_, series) in folded.namespaces?.kept ?? [] {
            #expect(series.states == [.listen: 0, .established: 0])
        }
        // One that was not counted may have sockets, and so may each that is not there where it is not known which was
        // not.
        #expect(Self.series(members, names, uncounted: [4]).namespaces?.kept.map(\.key) == ["asked"])
        #expect(Self.series(members, names, uncounted: nil).namespaces?.kept.map(\.key) == ["asked"])
    }

    @Test func whereNotAllWereCountedThereIsNoRest() {
        let members = Dictionary(
            uniqueKeysWithValues: (0..<250).map { inode in
                (UInt32(inode + 1000), NamespaceStatistics.Member(connections: [Self.listen: 1]))
            })
        let folded = Self.series(members, NamespaceNames(names: [:]), others: nil)
        #expect(folded.namespaces?.kept.count == 200)
        #expect(folded.namespaces?.rest == nil)
        #expect(folded.namespaces?.restCount == 50)
        let whole = Self.series(members, NamespaceNames(names: [:]), others: [Self.listen: 3])
        #expect(whole.namespaces?.rest?.states == [.listen: 53])
    }

    /// What any user can make takes no series from what the administrator has made.
    @Test func namespacesOfTenantsComeLast() {
        var members = Dictionary(
            uniqueKeysWithValues: (0..<250).map { inode in
                let member = NamespaceStatistics.Member(connections: [Self.established: 900], isOfTenant: true)
                return (UInt32(inode + 1000), member)
            })
        members[2] = .init(connections: [Self.listen: 1])
        members[3] = .init(connections: [Self.listen: 1], isOfTenant: true)
        let folded = Self.series(members, NamespaceNames(names: [3: "named"]))
        let kept = folded.namespaces?.kept.map(\.key) ?? []
        #expect(kept.contains("net:[2]"))
        #expect(kept.contains("named"))
        #expect(kept.count == 200)
    }
}
