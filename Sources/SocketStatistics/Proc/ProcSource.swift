// SPDX-License-Identifier: Apache-2.0

internal import Synchronization
public import SystemPackage

/// Counts TCP sockets by reading `/proc/net/tcp` and `/proc/net/tcp6`.
///
/// It works where sock_diag does not, and takes two to three times as long: the kernel writes a line of text for each
/// socket. Memory does not depend on the number of sockets.
public final class ProcSource: StatisticsSource {
    private let procfs: Procfs
    private let filter: SocketFilter
    private let now: @Sendable () -> ContinuousClock.Instant
    private let reader = Mutex(ProcFileReader())

    /// ``SourceKind/proc``.
    public var kind: SourceKind { .proc }

    /// Creates a source; nothing is read yet.
    ///
    /// - Parameters:
    ///   - procfs: Where procfs is mounted: the network namespace is then that of this process. The directory of a
    ///     process in it stands for that process's own, and `/proc/thread-self` for the calling thread's.
    ///   - filter: Which sockets to count. All are read nevertheless, and with ``SocketFilter/process`` or
    ///     ``SocketFilter/ownPorts`` twice, to find the listeners first.
    public convenience init(procfs: FilePath = "/proc", counting filter: SocketFilter = .all) {
        self.init(procfs: procfs, counting: filter, now: { .now })
    }

    /// - Parameter now: the clock of deadlines.
    init(procfs: FilePath, counting filter: SocketFilter = .all, now: @escaping @Sendable () -> ContinuousClock.Instant)
    {
        self.filter = filter
        self.procfs = Procfs(procfs)
        self.now = now
    }

    @available(*, noasync, message: "a scan blocks its thread: use 'try await source.scan(until:)'")
    public func scan(until deadline: ContinuousClock.Instant?) throws(SourceError) -> TCPScan {
        try reader.withLock { reader throws(SourceError) in
            let deadline = Deadline(deadline, now: now)
            try deadline.check("it had passed before procfs was read")
            let clock = ContinuousClock()
            let start = clock.now
            let filter = try ScanFilter(filter)
            var listeningPorts: Set<UInt16> = []
            if let own = filter.ownListeners {
                listeningPorts = try tally(own, reader, deadline).listeningPorts
            }
            let tally = try tally(filter.selected(listeningPorts: listeningPorts), reader, deadline)
            return Scan(
                tally.statistics, source: .proc, duration: clock.now - start, unknown: tally.unknown,
                unselected: tally.unselected)
        }
    }

    /// Reads both files.
    ///
    /// - Parameter selected: the sockets to count; nil for all.
    private func tally(
        _ selected: SelectedSockets?, _ reader: borrowing ProcFileReader, _ deadline: Deadline
    ) throws(SourceError) -> ProcTCPTally {
        var tally = ProcTCPTally(selected)
        let directory = procfs.network
        let readsInodes = selected?.inodes.isEmpty == false
        let path = directory.appending("tcp")
        guard try add(path, ProcTCPParser(.ipv4, readsInodes: readsInodes), from: reader, until: deadline, to: &tally)
        else {
            throw SourceError.missing(path)
        }
        let path6 = directory.appending("tcp6")
        // Without this file the kernel has no IPv6, and no IPv6 sockets.
        guard
            try add(path6, ProcTCPParser(.ipv6, readsInodes: readsInodes), from: reader, until: deadline, to: &tally)
                || procfs.hasNetworkFile("tcp")
        else {
            throw SourceError.missing(path6)
        }
        return tally
    }

    private func add(
        _ path: FilePath, _ parser: ProcTCPParser, from reader: borrowing ProcFileReader, until deadline: Deadline,
        to tally: inout ProcTCPTally
    ) throws(SourceError) -> Bool {
        var parser = parser
        let exists = try reader.read(path, until: deadline) { bytes throws(SourceError) in
            do throws(ProcSyntaxError) {
                try parser.read(bytes, into: &tally)
            } catch {
                throw .malformed(path, error)
            }
        }
        guard exists else { return false }
        do throws(ProcSyntaxError) {
            try parser.finish()
        } catch {
            throw .malformed(path, error)
        }
        return true
    }
}
