// SPDX-License-Identifier: Apache-2.0

import CSocketWalk
import Testing

@testable import SocketStatistics

/// What becomes of a walk that did not count all: what is missing is absent, and everything else stays.
struct SocketWalkTests {
    private static let endpoint = Endpoint(IPAddress(ipv4: 0), port: 80)
    private static let listener = Listener(sockets: 2, backlog: 1, backlogLimit: 8, drops: 3)
    private static let failure = SourceError(.unavailable, "no netlink")

    private static func namespace(_ inode: UInt32, established: UInt64 = 1) -> SocketWalk.Namespace {
        SocketWalk.Namespace(
            inode: inode, cookie: UInt64(inode) + 1000,
            connections: [.init(.ipv4, .established): established, .init(.ipv4, .listen): 1, .init(.ipv6, .listen): 0],
            listeners: [endpoint: Listener(backlog: 0, backlogLimit: 1, drops: 0)])
    }

    /// A walk that counted all of three namespaces.
    private static func walk(_ change: (inout SocketWalk) -> Void = { _ in }) -> SocketWalk {
        var others = SocketWalk.Namespace(inode: 0)
        others.connections = [.init(.ipv4, .established): 0]
        var walk = SocketWalk(
            summary: csw_summary(), listening: .success([ListeningSocket(endpoint: endpoint, listener: listener)]),
            ports: Breakdown(others: [:]), queueBytes: nil, timers: nil, own: namespace(1), others: others,
            foreign: [namespace(2, established: 20), namespace(3, established: 30)])
        walk.summary.host_tables_are_walked = true
        change(&walk)
        return walk
    }

    @Test func aWholeWalkHasNoFailure() throws {
        let walk = Self.walk()
        let namespaces = try #require(NamespaceStatistics(walk))
        #expect(walk.failure == nil)
        #expect(walk.namespaceFailure == nil)
        #expect(Set(namespaces.members.counts.keys) == [1, 2, 3])
        #expect(namespaces.members[2]?.cookie == 1002)
        #expect(namespaces.members[3]?.listeners?.count == 1)
        #expect(namespaces.members.others?.total == 0)
        #expect(namespaces.uncounted == [])
    }

    /// The list of listeners is the kernel's where the walk's is not whole, and so are the counts.
    @Test func listenersAreCountedFromTheirList() {
        let walk = Self.walk { $0.summary.lost_listener_chains = 1 }
        let statistics = TCPStatistics(walk)
        #expect(statistics[.ipv4, .listen] == 2)
        #expect(statistics[.ipv6, .listen] == 0)
        #expect(statistics.listeners == [Self.endpoint: Self.listener])
        #expect(walk.listenerFailure == nil)
    }

    @Test func listenersThatNobodyCanListAreAbsentAndTheRestStays() {
        let walk = Self.walk { walk in
            walk.summary.lost_listener_chains = 1
            walk.listening = .failure(Self.failure)
        }
        let statistics = TCPStatistics(walk)
        #expect(statistics[.listen] == nil)
        #expect(statistics[.established] == 1)
        #expect(statistics.listeners == nil)
        #expect(statistics.ports != nil)
        #expect(walk.listenerFailure == Self.failure)
    }

    @Test func otherNamespacesLackTheirListenersAlone() throws {
        let walk = Self.walk { $0.summary.lost_listener_chains = 1 }
        let namespaces = try #require(NamespaceStatistics(walk))
        #expect(walk.failure == nil)
        #expect(walk.namespaceFailure?.description.contains("listeners are missing") == true)
        #expect(namespaces.members[2]?.connections == [.init(.ipv4, .established): 20])
        #expect(namespaces.members[2]?.listeners == nil)
        #expect(namespaces.members[1]?.listeners == [Self.endpoint: Self.listener])
    }

    @Test func aNamespaceLosesItsOwnSeriesAlone() throws {
        let walk = Self.walk { walk in
            walk.foreign[0].isIncomplete = true
            walk.foreign[1].listeners = nil
            walk.summary.uncounted_tables = 1
        }
        let namespaces = try #require(NamespaceStatistics(walk))
        #expect(Set(namespaces.members.counts.keys) == [1, 3])
        #expect(namespaces.uncounted == [2])
        #expect(namespaces.members.others == nil)
        #expect(namespaces.members[3]?.listeners == nil)
        #expect(namespaces.members[3]?.total == 31)
        #expect(walk.namespaceFailure?.description.contains("1 tables") == true)
    }

    /// A sum that lacks something is none.
    @Test func thoseNotToldApartAreAbsentWhereSomeMayBeMissing() throws {
        let walk = Self.walk { walk in
            walk.summary.uncounted_tables = 1
            walk.others.connections = [.init(.ipv4, .established): 5]
        }
        #expect(try #require(NamespaceStatistics(walk)).members.others == nil)
        #expect(try #require(NamespaceStatistics(walk)).uncounted == nil)
    }

    @Test func whereNotAllTablesOfTheHostWereWalkedItIsNotKnownWhichAreMissing() throws {
        let walk = Self.walk { walk in
            walk.summary.uncounted_tables = 1
            walk.summary.host_tables_are_walked = false
        }
        #expect(try #require(NamespaceStatistics(walk)).uncounted == nil)
    }

    @Test func withoutTheTableThatMostShareThereIsNothingOfOthers() {
        #expect(NamespaceStatistics(Self.walk { $0.summary.shared_table_is_incomplete = true }) == nil)
    }

    @Test func onlyChangesAreWorthAnotherWalk() {
        let changed = Self.walk { $0.summary.changed_chains = 1 }
        #expect(changed.isWorthRepeating)
        #expect(changed.failure?.description.contains("changed each time") == true)
        let long = Self.walk { walk in
            walk.summary.changed_chains = 1
            walk.summary.long_chains = 1
        }
        #expect(!long.isWorthRepeating)
        #expect(long.failure?.description.contains("longer than") == true)
        #expect(!Self.walk().isWorthRepeating)
    }
}
