// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SocketStatistics

struct BusiestCgroupTests {
    @Test func theCgroupsWithTheMostSocketsAreTheBusiest() {
        let counts = (1...600).map { (UInt64($0), [.established: UInt64($0)] as StateCounts) }
        let cgroups = Breakdown(Dictionary(uniqueKeysWithValues: counts), others: [:])
        #expect(cgroups.busiestCgroups == Set(90...600))
        #expect(Breakdown<UInt64, StateCounts>(others: [:]).busiestCgroups == [])
        #expect(Breakdown([7: [.listen: 1] as StateCounts], others: nil).busiestCgroups == [7 as UInt64])
    }

    @Test func cgroupsThatAreRememberedAndHaveNoSocketAreNotTold() throws {
        let cgroups = try NetlinkCgroups(preferring: [7, 8])
        #expect(cgroups.statistics?.members == Breakdown(others: Self.zero))
        #expect(cgroups.statistics?.none == Self.zero)
        #expect(NetlinkCgroups().statistics == nil)
    }

    private static let zero = StateCounts(
        Dictionary(uniqueKeysWithValues: TCPState.allCases.filter { $0 != .boundInactive }.map { ($0, 0) }))
}
