// SPDX-License-Identifier: Apache-2.0

internal import CSocketWalk
internal import Glibc
internal import Synchronization

/// Counts TCP sockets with a BPF program that walks the kernel's own hash tables: no message for each socket, and no lock
/// that the traffic takes.
///
/// The program is loaded by the first scan, which needs CAP_BPF and CAP_PERFMON (or root), a kernel that describes its
/// types (BTF), and Linux 5.17 or later. A scan tells of the network namespace of the thread that calls it. It reads
/// queues and timers only when asked (``TCPScanOptions/queues``).
public final class BPFSource: TCPStatisticsSource {
    private let options: TCPScanOptions
    private let loader = Mutex(SocketWalkLoader())
    /// Brings what a walk without a lock cannot: sockets that are only bound, and listeners where their table is disturbed.
    private let netlink = Mutex(NetlinkConversation(wantsBoundInactive: true))
    /// Delays before a walk is repeated because chains changed, in milliseconds.
    private static let pauses: [UInt32] = [10, 40]
    /// The longest scan, in nanoseconds.
    private static let longestScan: UInt64 = 10_000_000_000
    /// The longest time for tables that other network namespaces have for themselves, in nanoseconds: a tenant decides how
    /// large they are.
    private static let foreignTables: UInt64 = 50_000_000
    private let repeatCount = Atomic<UInt64>(0)
    /// Chains of the kernel's tables that were read again.
    private let rereads = Atomic<UInt64>(0)

    /// ``SourceKind/bpf``.
    public var kind: SourceKind { .bpf }

    public var repeats: UInt64 {
        repeatCount.load(ordering: .relaxed)
    }

    public var rereadChains: UInt64? {
        rereads.load(ordering: .relaxed)
    }

    /// - Parameter options: what to count beside. Sockets that are only bound come over netlink.
    public init(_ options: TCPScanOptions = []) {
        self.options = options
    }

    public func scan() throws(SourceError) -> TCPScan {
        let clock = ContinuousClock()
        let start = clock.now
        let walk = try wholeWalk()
        if let failure = walk.failure {
            throw failure
        }
        var scan = TCPScan(walk)
        if options.contains(.allNamespaces) {
            scan.statistics.namespaces = NamespaceStatistics(walk)
            scan.namespaceFailure = walk.namespaceFailure
        }
        if options.contains(.boundInactive) {
            scan.statistics.connections.merge(try boundInactive()) { $1 }
        }
        scan.duration = clock.now - start
        return scan
    }

    /// Walks until all chains of the own namespace's table were seen whole, or for the last time.
    private func wholeWalk() throws(SourceError) -> SocketWalk {
        let latestEnd = MonotonicClock.now + Self.longestScan
        for pause in Self.pauses {
            let walk = try walk(latestEnd)
            guard walk.isWorthRepeating else { return walk }
            repeatCount.add(1, ordering: .relaxed)
            usleep(pause * 1000)
        }
        return try walk(latestEnd)
    }

    private func walk(_ latestEnd: UInt64) throws(SourceError) -> SocketWalk {
        let limits = SocketWalker.Limits(latestEnd: latestEnd, foreignNanoseconds: Self.foreignTables)
        do {
            let walk = try loader.withLock { loader throws(SocketWalker.Failure) in
                try loader.walk(options, limits, missingListeners: listeners)
            }
            rereads.add(walk.summary.reread_chains, ordering: .relaxed)
            return walk
        } catch {
            throw error.sourceError
        }
    }

    /// The kernel's own list of listeners, which it makes under the lock of each bucket: for the chains of their table that
    /// cannot be counted without, because somebody changes them all the time.
    private func listeners() throws(SourceError) -> [ListeningSocket] {
        do {
            return try netlink.withLock { netlink throws(NetlinkSocket.Failure) in try netlink.askForListeners() }
        } catch {
            throw error.sourceError
        }
    }

    private func boundInactive() throws(SourceError) -> [TCPStatistics.Group: UInt64] {
        do {
            return try netlink.withLock { netlink throws(NetlinkSocket.Failure) in
                try netlink.askForBoundInactive()?.connections { $0 == .boundInactive } ?? [:]
            }
        } catch {
            throw error.sourceError
        }
    }
}
