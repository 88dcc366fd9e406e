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
        let ports = slots.breakdown { slot, state in UInt64(slot * 100) + UInt64(state.rawValue) }
        #expect(ports.counts.keys.sorted() == [80, 443, 65535])
        // The listeners are counted here, the others by the counters.
        #expect(ports[80]?[.listen] == 2)
        #expect(ports[443]?[.listen] == 1)
        #expect(ports[443]?[.established] == 301)
        #expect(ports[443]?[.boundInactive] == nil)
        #expect(ports.otherKeys == 0)
    }

    @Test func portsBeyondTheLimitShareACounter() {
        let slots = PortSlots(Self.listening([1, 2, 3, 4, 4]), limit: 4)
        #expect((0...5).map { slots.slots[$0] } == [0, 2, 3, 1, 1, 0])
        let ports = slots.breakdown { slot, _ in UInt64(slot) }
        #expect(ports.counts.keys.sorted() == [1, 2])
        #expect(ports.otherKeys == 2)
        #expect(ports.others?[.listen] == 3)
        #expect(ports.others?[.timeWait] == 1)
    }

    @Test func countersOfConnectionsAreThoseOfThePorts() {
        let ports = PortSlots(Self.listening([443, 80, 8080]), limit: 4).portBreakdown { "\($0)" }
        #expect(
            ports
                == PortBreakdown(
                    listening: Breakdown([80: "2", 443: "3"], others: "1", otherKeys: 1), unlistened: "0"))
    }

    @Test func allCountersAreBelowTheLimit() {
        let slots = PortSlots(Self.listening(Array(0...UInt16.max)))
        #expect(slots.slots.max() == 4095)
        #expect(slots.slots.filter { $0 == 1 }.count == 65536 - 4094)
    }

    @Test func withoutListenersThereAreNoPorts() {
        let ports = PortSlots([]).breakdown { _, _ in 0 }
        #expect(ports.counts.isEmpty)
        #expect(ports.otherKeys == 0)
    }

    @Test func listenersThatShareAnAddressAreAddedUp() {
        let byEndpoint = Self.listening([80, 80, 443]).byEndpoint
        #expect(byEndpoint.count == 2)
        #expect(
            byEndpoint[Endpoint(IPAddress(ipv4: 0), port: 80)]
                == Listener(sockets: 2, backlog: 2, backlogLimit: 4, drops: 6, fullness: 1.0 / 3))
    }

    @Test func busyPortsAreToldApartFirst() {
        let ports = PortSlots(Self.listening([1, 2, 3, 8080]), preferring: [8080, 9], limit: 4)
            .breakdown { _, _ in 0 }
        #expect(Set(ports.counts.keys) == [1, 8080])
        #expect(ports.otherKeys == 2)
    }

    @Test func thePortsWithTheMostSocketsAreTheBusiest() {
        let counts = (1...1500).map { (UInt16($0), [.established: UInt64($0)] as StateCounts) }
        let ports = Breakdown(Dictionary(uniqueKeysWithValues: counts), others: [:])
        #expect(ports.busiestPorts == Set(501...1500))
        #expect(Breakdown([7: [.listen: 1] as StateCounts], others: nil).busiestPorts == [7])
    }
}
