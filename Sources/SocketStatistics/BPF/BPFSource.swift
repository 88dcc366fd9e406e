// SPDX-License-Identifier: Apache-2.0

#if BPF
internal import CSocketWalk
internal import Synchronization

/// Counts TCP sockets with a BPF program that walks the kernel's own hash tables: no message for each socket, and
/// no lock that the traffic takes.
///
/// ``prepare()`` loads the program, which needs CAP_BPF and CAP_PERFMON (or root), a kernel that describes its
/// types (BTF), and Linux 5.17 or later; without it the first scan does. A scan counts the network namespace of the
/// thread that calls it. It reads queues and timers only when asked (``TCPScanOptions/queues``),
/// and what else costs much.
public final class BPFSource: StatisticsSource {
    private let options: TCPScanOptions
    private let program: SocketWalkProgram
    /// The ports with the most sockets in the last scan.
    private let busyPorts = Mutex<Set<UInt16>>([])
    /// The cgroups with the most sockets in the last scan, by number.
    private let busyCgroups = Mutex<Set<UInt64>>([])
    /// Counts what a walk without a lock cannot: sockets that are only bound, and listeners where their table is
    /// disturbed.
    private let netlink = Mutex(NetlinkConversation(wantsBoundInactive: true))

    /// ``SourceKind/bpf``.
    public var kind: SourceKind { .bpf }

    /// Creates a source; nothing is loaded yet.
    ///
    /// - Parameters:
    ///   - options: What to count beside. Sockets that are only bound are counted over netlink.
    ///   - program: The program that walks, which sources of other protocols may share.
    public init(_ options: TCPScanOptions = [], program: SocketWalkProgram = SocketWalkProgram()) {
        self.options = options
        self.program = program
        program.add(WalkFolds(options))
    }

    /// Loads the program, if it is not loaded yet.
    public func prepare() throws(SourceError) {
        try program.prepare()
    }

    @available(*, noasync, message: "a scan blocks its thread: use 'try await source.scan(until:)'")
    public func scan(until deadline: ContinuousClock.Instant?) throws(SourceError) -> TCPScan {
        var effort = ScanEffort(rereadChains: 0)
        do throws(SourceError) {
            return try scan(Deadline(deadline), &effort)
        } catch {
            throw error.with(effort)
        }
    }

    private func scan(_ deadline: Deadline, _ effort: inout ScanEffort) throws(SourceError) -> TCPScan {
        try deadline.check("it had passed before the kernel's tables were walked")
        try prepare()
        let clock = ContinuousClock()
        let start = clock.now
        let walk = try walk(deadline, &effort)
        var statistics = TCPStatistics(walk)
        var failures: [ScanPart: SourceError] = [:]
        failures[.listeners] = walk.listenerFailure
        if options.contains(.allNamespaces) {
            statistics.namespaces = NamespaceStatistics(walk)
            failures[.namespaces] = walk.namespaceFailure
            failures[.cgroups] = walk.cgroups == nil ? nil : walk.namespaceFailure
        }
        if options.contains(.boundInactive) {
            statistics.connections.merge(try boundInactive(deadline)) { $1 }
        }
        return Scan(
            statistics, source: .bpf, duration: clock.now - start, effort: effort, unknown: UnknownCounts(walk),
            failures: failures)
    }

    private func walk(_ deadline: Deadline, _ effort: inout ScanEffort) throws(SourceError) -> SocketWalk {
        let ephemeralPorts = EphemeralPorts.current
        let walk = try program.wholeWalk(until: deadline, &effort) { walker, limits throws(SocketWalker.Failure) in
            walker.prefer(cgroups: busyCgroups.withLock { $0 })
            return try walker.walk(
                options, limits, preferring: busyPorts.withLock { $0 }, ephemeralPorts: ephemeralPorts
            ) { () throws(SourceError) in try listeners(deadline) }
        }
        busyPorts.withLock { $0 = walk.ports.busiestPorts }
        busyCgroups.withLock { $0 = walk.cgroups?.members.busiestCgroups ?? [] }
        return walk
    }

    /// The kernel's own list of listeners, which it makes under the lock of each bucket: for the chains of their
    /// table that cannot be counted without, because somebody changes them all the time.
    private func listeners(_ deadline: Deadline) throws(SourceError) -> [ListeningSocket] {
        do {
            return try netlink.withLock { netlink throws(NetlinkSocket.Failure) in
                try netlink.askForListeners(until: deadline.instant)
            }
        } catch {
            throw error.sourceError
        }
    }

    private func boundInactive(_ deadline: Deadline) throws(SourceError) -> [TCPStatistics.Group: UInt64] {
        do {
            return try netlink.withLock { netlink throws(NetlinkSocket.Failure) in
                try netlink.askForBoundInactive(until: deadline.instant)?.connections { $0 == .boundInactive }
                    ?? [:]
            }
        } catch {
            throw error.sourceError
        }
    }
}
#endif
