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
    /// Tells of the sockets that are bound and nothing else: their table cannot be read without a lock.
    private let netlink = Mutex(NetlinkConversation(wantsBoundInactive: true))
    /// Milliseconds before a walk is made again that did not see all chains whole. One of thousands of sockets takes long to
    /// read, and changes all the while that others join it: listeners of a port, or connections in a namespace's small table.
    private static let pauses: [UInt32] = [10, 40, 160]
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
            // Counts that lack a chain would look like those of fewer sockets.
            scan.statistics.namespaces = walk.summary.uncounted_foreign_chains == 0 ? NamespaceStatistics(walk) : nil
            scan.namespaceFailure = walk.namespaceFailure
        }
        if options.contains(.boundInactive) {
            scan.statistics.connections.merge(try boundInactive()) { $1 }
        }
        scan.duration = clock.now - start
        return scan
    }

    /// Walks until all chains were seen whole, or for the last time.
    private func wholeWalk() throws(SourceError) -> SocketWalk {
        for pause in Self.pauses {
            let walk = try walk()
            if walk.summary.uncounted_chains == 0
                && (walk.summary.uncounted_foreign_chains == 0 || !options.contains(.allNamespaces))
            {
                return walk
            }
            usleep(pause * 1000)
        }
        return try walk()
    }

    private func walk() throws(SourceError) -> SocketWalk {
        do {
            let walk = try loader.withLock { loader throws(SocketWalker.Failure) in try loader.walk(options) }
            rereads.add(walk.summary.recounted_chains, ordering: .relaxed)
            return walk
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
