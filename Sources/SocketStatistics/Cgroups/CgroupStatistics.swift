// SPDX-License-Identifier: Apache-2.0

/// TCP sockets by the cgroup of the unified hierarchy that they were opened in.
///
/// A cgroup that was removed while sockets of it are left is still told. Sockets that are only bound are left out.
public struct CgroupStatistics: Sendable, Hashable {
    /// By number: that of the cgroup's directory, its inode number in the mounted hierarchy, which no other cgroup gets.
    public var members: Breakdown<UInt64, StateCounts>
    /// The sockets that have no cgroup: those in TIME_WAIT, connection requests, and sockets of the kernel.
    public var none: StateCounts
    /// The paths of the cgroups from the root of the hierarchy, such as `/system.slice/ssh.service`, by number. A cgroup
    /// that was removed and one that was made at its place have the same. Of some the path may not be known.
    public var paths: [UInt64: String]

    /// Creates counts that were taken elsewhere.
    public init(
        members: Breakdown<UInt64, StateCounts>, none: StateCounts, paths: [UInt64: String] = [:]
    ) {
        self.members = members
        self.none = none
        self.paths = paths
    }
}

extension Breakdown<UInt64, StateCounts> {
    /// The most cgroups that are remembered as busy: half of those that are told apart, so that a new one with many sockets
    /// is told apart too, whatever there was before.
    private static var busiestCgroupLimit: Int { 511 }

    /// The cgroups with the most sockets, which the next scan tells apart in any case.
    var busiestCgroups: Set<UInt64> {
        let totals = counts.map { (number: $0.key, sockets: $0.value.total) }
        guard totals.count > Self.busiestCgroupLimit else { return Set(totals.map(\.number)) }
        let sorted = totals.sorted { ($0.sockets, $1.number) > ($1.sockets, $0.number) }
        return Set(sorted.prefix(Self.busiestCgroupLimit).map(\.number))
    }
}
