// SPDX-License-Identifier: Apache-2.0

internal import CNetlink
internal import Synchronization
public import SystemPackage

/// Counts TCP sockets with a sock_diag dump over netlink: one request, IPv4 and IPv6 in one walk of the kernel's table.
///
/// ``prepare()`` or the first scan opens the socket, in the network namespace of the thread that calls it, and it stays
/// open. Memory does not depend on the number of connections.
public final class NetlinkSource: StatisticsSource {
    private let options: TCPScanOptions
    private let filter: SocketFilter
    private let procfs: FilePath
    private let conversation: Mutex<NetlinkConversation>
    private let cgroupMemory = Mutex(CgroupMemory())

    /// What is kept of the cgroups from scan to scan.
    private struct CgroupMemory {
        var busiest: Set<UInt64> = []
        var paths = CgroupPaths()
    }

    /// ``SourceKind/netlink``.
    public var kind: SourceKind { .netlink }

    /// Creates a source; nothing is opened yet.
    ///
    /// - Parameters:
    ///   - options: What to count beside. Other network namespaces are those that a process is in or that have a name
    ///     under `/run/netns`.
    ///   - procfs: Where procfs is mounted, which lists the processes and their network namespaces.
    ///   - filter: Which sockets to count, in other namespaces too. The kernel reports all nevertheless, so that a scan
    ///     takes as long; it takes memory for each socket that this process has open.
    public init(_ options: TCPScanOptions = [], procfs: FilePath = "/proc", counting filter: SocketFilter = .all) {
        self.procfs = procfs
        self.options = options
        self.filter = filter
        conversation = Mutex(
            NetlinkConversation(wantsBoundInactive: options.contains(.boundInactive), measuring: options))
    }

    /// Opens the socket, and asks for the listening sockets, which is cheap and shows whether the kernel answers.
    public func prepare() throws(SourceError) {
        do {
            _ = try conversation.withLock { conversation throws(NetlinkSocket.Failure) in
                try conversation.askForListeners(until: nil)
            }
        } catch {
            throw error.sourceError
        }
    }

    @available(*, noasync, message: "a scan blocks its thread: use 'try await source.scan(until:)'")
    public func scan(until deadline: ContinuousClock.Instant?) throws(SourceError) -> TCPScan {
        var effort = ScanEffort()
        do throws(SourceError) {
            return try scan(Deadline(deadline), &effort)
        } catch {
            throw error.with(effort)
        }
    }

    private func scan(_ deadline: Deadline, _ effort: inout ScanEffort) throws(SourceError) -> TCPScan {
        let clock = ContinuousClock()
        let start = clock.now
        let filter = try ScanFilter(filter)
        let cgroups = try newCgroups()
        let answer = try ask(filter, cgroups, deadline, &effort)
        var statistics = TCPStatistics(answer)
        var failures: [ScanPart: SourceError] = [:]
        var areAllAsked = true
        if options.contains(.allNamespaces) {
            (statistics.namespaces, failures[.namespaces], areAllAsked) = namespaces(
                of: statistics, filter, cgroups, deadline)
            failures[.cgroups] = options.contains(.cgroups) ? failures[.namespaces] : nil
        }
        // Where a namespace that is known was not asked, any of the numbers may be too small.
        if areAllAsked {
            statistics.cgroups = cgroups.statistics.map(withPaths)
        }
        if failures[.cgroups] != nil {
            statistics.cgroups?.members.others = nil
        }
        return Scan(
            statistics, source: .netlink, duration: clock.now - start, effort: effort,
            unknown: UnknownCounts(answer.counts), unselected: answer.counts.unselected, failures: failures)
    }

    private func newCgroups() throws(SourceError) -> NetlinkCgroups {
        do throws(NetlinkSocket.Failure) {
            return try NetlinkCgroups(
                preferring: options.contains(.cgroups) ? cgroupMemory.withLock { $0.busiest } : nil)
        } catch {
            throw error.sourceError
        }
    }

    /// Adds the paths of the cgroups, and keeps what the next scan takes.
    private func withPaths(_ cgroups: CgroupStatistics) -> CgroupStatistics {
        cgroupMemory.withLock { memory in
            memory.busiest = cgroups.members.busiestCgroups
            var cgroups = cgroups
            cgroups.paths = memory.paths.paths(of: Set(cgroups.members.counts.keys))
            return cgroups
        }
    }

    private func ask(
        _ filter: ScanFilter, _ cgroups: borrowing NetlinkCgroups, _ deadline: Deadline, _ effort: inout ScanEffort
    ) throws(SourceError) -> NetlinkConversation.Answer {
        var repeats: UInt64 = 0
        defer { effort.repeats += repeats }
        return try conversation.withLock { conversation throws(SourceError) in
            // Another scan may have taken its time.
            try deadline.check("it had passed before the kernel was asked over netlink")
            let before = conversation.repeats
            defer { repeats = conversation.repeats - before }
            do throws(NetlinkSocket.Failure) {
                return try conversation.ask(filter, cgroups: cgroups, until: deadline.instant)
            } catch {
                throw error.sourceError
            }
        }
    }

    /// The sockets of all network namespaces, why some or all are missing, and whether all that can be seen were asked.
    private func namespaces(
        of own: TCPStatistics, _ filter: ScanFilter, _ cgroups: borrowing NetlinkCgroups, _ deadline: Deadline
    ) -> (statistics: NamespaceStatistics?, failure: SourceError?, areAllAsked: Bool) {
        do throws(SourceError) {
            let namespaces = try NetworkNamespaces(procfs: procfs)
            let answers = NamespaceDumps(namespaces, filter, cgroups: cgroups, until: deadline)
            let failure = answers.failure ?? namespaces.failure
            var members = answers.members.filter { $1.total > 0 || namespaces.isNamed($0) }
            members[namespaces.own] = NamespaceStatistics.Member(
                connections: own.connections.filter { $0.key.state != .boundInactive }, listeners: own.listeners)
            // A namespace without a process and without a name is not seen: which are missing is never known.
            let statistics = NamespaceStatistics(
                own: namespaces.own, members: Breakdown(members, others: failure == nil ? .init() : nil), uncounted: nil
            )
            return (statistics, failure, answers.failure == nil)
        } catch {
            return (nil, error, false)
        }
    }
}
