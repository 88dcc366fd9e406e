// SPDX-License-Identifier: Apache-2.0

internal import Synchronization
public import SystemPackage

/// Counts TCP sockets by reading `/proc/net/tcp` and `/proc/net/tcp6`.
///
/// It works where sock_diag does not, and takes two to three times as long: the kernel writes a line of text for each
/// socket.
/// Memory does not depend on the number of sockets.
public final class ProcSource: TCPStatisticsSource {
    private let procfs: Procfs
    private let filter: SocketFilter
    private let reader = Mutex(ProcFileReader())

    /// ``SourceKind/proc``.
    public var kind: SourceKind { .proc }

    public var repeats: UInt64 { 0 }

    public var rereadChains: UInt64? { nil }

    /// - Parameters:
    ///   - procfs: where procfs is mounted: the network namespace is then that of this process. The directory of a process
    ///     in it tells of that process's own, and `/proc/thread-self` of the calling thread's.
    ///   - filter: which sockets to count. All are read nevertheless, and with ``SocketFilter/process`` or
    ///     ``SocketFilter/ownPorts`` twice, to find the listeners first.
    public init(procfs: FilePath = "/proc", counting filter: SocketFilter = .all) {
        self.filter = filter
        self.procfs = Procfs(procfs)
    }

    public func scan() throws(SourceError) -> TCPScan {
        try reader.withLock { reader throws(SourceError) in
            let clock = ContinuousClock()
            let start = clock.now
            let filter = try ScanFilter(filter)
            var listeningPorts: Set<UInt16> = []
            if let own = filter.ownListeners {
                listeningPorts = try tally(own, reader).listeningPorts
            }
            let tally = try tally(filter.selected(listeningPorts: listeningPorts), reader)
            return TCPScan(
                source: .proc, statistics: tally.statistics, duration: clock.now - start, unknown: tally.unknown,
                unselected: tally.unselected)
        }
    }

    /// Reads both files.
    ///
    /// - Parameter selected: the sockets to count; nil for all.
    private func tally(
        _ selected: SelectedSockets?, _ reader: borrowing ProcFileReader
    ) throws(SourceError) -> ProcTCPTally {
        var tally = ProcTCPTally(selected)
        let directory = procfs.network
        let readsInodes = selected?.inodes.isEmpty == false
        let path = directory.appending("tcp")
        guard try add(path, ProcTCPParser(.ipv4, readsInodes: readsInodes), from: reader, to: &tally) else {
            throw SourceError.missing(path)
        }
        // Without this file the kernel has no IPv6, and no IPv6 sockets.
        _ = try add(
            directory.appending("tcp6"), ProcTCPParser(.ipv6, readsInodes: readsInodes), from: reader, to: &tally)
        return tally
    }

    private func add(
        _ path: FilePath, _ parser: ProcTCPParser, from reader: borrowing ProcFileReader, to tally: inout ProcTCPTally
    ) throws(SourceError) -> Bool {
        var parser = parser
        let exists = try reader.read(path) { bytes throws(SourceError) in
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

extension SourceError {
    static func missing(_ path: FilePath) -> SourceError {
        SourceError(
            .unavailable, errno: .noSuchFileOrDirectory,
            "\(path) does not exist: is procfs mounted there?")
    }

    static func malformed(_ path: FilePath, _ reason: some CustomStringConvertible) -> SourceError {
        SourceError(.malformed, "\(path), \(reason)")
    }
}
