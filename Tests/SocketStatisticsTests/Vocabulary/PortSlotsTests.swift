// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SocketStatistics

struct PortSlotsTests {
    private static func listening(_ ports: [UInt16]) -> [ListeningSocket] {
        ports.map {
            ListeningSocket(
                endpoint: Endpoint(IPAddress(ipv4: 0), port: $0),
                listener: Listener(backlog: 1, backlogLimit: 2, drops: 3))
        }
    }

    @Test func eachPortHasACounterOfItsOwn() {
        let slots = PortSlots(Self.listening([443, 80, 65535, 80]))
        #expect(slots.slots.count == 65536)
        #expect([80, 443, 65535, 0, 81].map { slots.slots[$0] } == [2, 3, 4, 0, 0])
        let statistics = slots.statistics { slot, state in UInt64(slot * 100) + UInt64(state.rawValue) }
        #expect(statistics.connections.keys.sorted() == [80, 443, 65535])
        // The listeners are counted here, the others by the counters.
        #expect(statistics.connections[80]?[.listen] == 2)
        #expect(statistics.connections[443]?[.listen] == 1)
        #expect(statistics.connections[443]?[.established] == 301)
        #expect(statistics.connections[443]?[.boundInactive] == nil)
        #expect(statistics.otherPorts == 0)
    }

    @Test func portsBeyondTheLimitShareACounter() {
        let slots = PortSlots(Self.listening([1, 2, 3, 4, 4]), limit: 4)
        #expect((0...5).map { slots.slots[$0] } == [0, 2, 3, 1, 1, 0])
        let statistics = slots.statistics { slot, _ in UInt64(slot) }
        #expect(statistics.connections.keys.sorted() == [1, 2])
        #expect(statistics.otherPorts == 2)
        #expect(statistics.others[.listen] == 3)
        #expect(statistics.others[.timeWait] == 1)
    }

    @Test func allCountersAreBelowTheLimit() {
        let slots = PortSlots(Self.listening(Array(0...UInt16.max)))
        #expect(slots.slots.max() == 4095)
        #expect(slots.slots.filter { $0 == 1 }.count == 65536 - 4094)
    }

    @Test func withoutListenersThereAreNoPorts() {
        let statistics = PortSlots([]).statistics { _, _ in 0 }
        #expect(statistics.connections.isEmpty)
        #expect(statistics.otherPorts == 0)
    }

    @Test func listenersThatShareAnAddressAreAddedUp() {
        let byEndpoint = Self.listening([80, 80, 443]).byEndpoint
        #expect(byEndpoint.count == 2)
        #expect(
            byEndpoint[Endpoint(IPAddress(ipv4: 0), port: 80)]
                == Listener(sockets: 2, backlog: 2, backlogLimit: 4, drops: 6, fullness: 1.0 / 3))
    }

    @Test func busyPortsAreToldApartFirst() {
        let statistics = PortSlots(Self.listening([1, 2, 3, 8080]), preferring: [8080, 9], limit: 4)
            .statistics { _, _ in 0 }
        #expect(Set(statistics.connections.keys) == [1, 8080])
        #expect(statistics.otherPorts == 2)
    }

    @Test func thePortsWithTheMostSocketsAreTheBusiest() {
        let connections = (1...1500).map { (UInt16($0), [TCPState.established: UInt64($0)]) }
        let busiest = PortStatistics(connections: Dictionary(uniqueKeysWithValues: connections)).busiest
        #expect(busiest == Set(501...1500))
        #expect(PortStatistics(connections: [7: [.listen: 1]]).busiest == [7])
    }
}
