// SPDX-License-Identifier: Apache-2.0

#if BPF
internal import CSocketWalk
internal import Glibc
internal import Synchronization

/// The BPF program that walks the kernel's tables, loaded once for the sources of all protocols.
///
/// The first source that is prepared or scans loads it, and it stays loaded as long as it is referred to. Its walks take
/// turns.
public final class SocketWalkProgram: Sendable {
    /// Delays before a walk is repeated because chains changed, in milliseconds.
    private static let pauses: [UInt32] = [10, 40]
    /// The longest scan, in nanoseconds.
    private static let longestScan: UInt64 = 10_000_000_000
    /// The most processor time for tables that other network namespaces have for themselves, in nanoseconds: a tenant
    /// decides how large they are.
    private static let foreignTables: UInt64 = 50_000_000

    private let loader = Mutex(SocketWalkLoader())

    /// Creates the program; nothing is loaded yet.
    public init() {}

    /// Loads it with what the scans of a source count: before it is loaded, or it is loaded again.
    func add(_ folds: WalkFolds) {
        loader.withLock { $0.add(folds) }
    }

    /// Loads it, if it is not loaded yet.
    func prepare() throws(SourceError) {
        do {
            try loader.withLock { loader throws(SocketWalker.Failure) in try loader.prepare() }
        } catch {
            throw error.sourceError.with(ScanEffort(rereadChains: 0))
        }
    }

    /// Loads it, if it is not loaded yet, and checks that this kernel's UDP sockets can be walked.
    func prepareUDP() throws(SourceError) {
        do {
            try loader.withLock { loader throws(SocketWalker.Failure) in
                try loader.walk { walker throws(SocketWalker.Failure) in try walker.checkUDP() }
            }
        } catch {
            throw error.sourceError.with(ScanEffort(rereadChains: 0))
        }
    }

    /// Walks until all chains of the own namespace's table were read completely, or for the last time.
    ///
    /// - Parameter walk: A walk within limits, with the loaded program.
    /// - Throws: Why there is no walk, or why the last one is not complete.
    func wholeWalk<Walk: TableWalk>(
        until deadline: Deadline, _ effort: inout ScanEffort,
        _ walk: @Sendable (borrowing SocketWalker, SocketWalker.Limits) throws(SocketWalker.Failure) -> Walk
    ) throws(SourceError) -> Walk {
        let limits = SocketWalker.Limits(
            deadline: deadline.instant, latestEnd: MonotonicClock.now + Self.longestScan,
            foreignNanoseconds: Self.foreignTables)
        var pauses = Self.pauses[...]
        while true {
            let result = try once(&effort) { walker throws(SocketWalker.Failure) in try walk(walker, limits) }
            guard let failure = result.failure else { return result }
            guard result.isWorthRepeating, let pause = pauses.popFirst() else { throw failure }
            if let remaining = deadline.remaining, remaining <= .milliseconds(pause) {
                throw SourceError(
                    .deadlineExceeded, "deadline: no time was left to repeat a walk during which chains changed")
            }
            effort.repeats += 1
            usleep(pause * 1000)
        }
    }

    private func once<Walk: TableWalk>(
        _ effort: inout ScanEffort, _ walk: @Sendable (borrowing SocketWalker) throws(SocketWalker.Failure) -> Walk
    ) throws(SourceError) -> Walk {
        do {
            let result = try loader.withLock { loader throws(SocketWalker.Failure) in try loader.walk(walk) }
            effort.rereadChains = (effort.rereadChains ?? 0) + result.summary.reread_chains
            return result
        } catch {
            throw error.sourceError
        }
    }
}
#endif
