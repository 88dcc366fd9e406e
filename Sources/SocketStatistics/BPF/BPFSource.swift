// SPDX-License-Identifier: Apache-2.0

internal import CSocketWalk
internal import Synchronization

/// Counts TCP sockets with a BPF program that walks the kernel's own hash tables: no message for each socket, and no lock
/// that the traffic takes.
///
/// The program is loaded by the first scan, which needs CAP_BPF and CAP_PERFMON (or root), a kernel that describes its
/// types (BTF), and Linux 5.17 or later. A scan tells of the network namespace of the thread that calls it. It knows
/// families and states, and neither queues nor timers.
public final class BPFSource: TCPStatisticsSource {
    private let walker = Mutex<SocketWalker?>(nil)
    /// Chains of the kernel's tables that were read again.
    private let recounts = Atomic<UInt64>(0)

    public var kind: SourceKind { .bpf }

    public var retries: UInt64 {
        recounts.load(ordering: .relaxed)
    }

    public init() {}

    public func scan() throws(SourceError) -> TCPScan {
        let (counts, duration) = try walker.withLock { walker throws(SourceError) in
            do throws(SocketWalker.Failure) {
                return try Self.walk(&walker)
            } catch {
                throw error.sourceError
            }
        }
        recounts.add(counts.recounted_chains, ordering: .relaxed)
        guard counts.uncounted_chains == 0 else {
            throw SourceError(
                .incomplete,
                "\(counts.uncounted_chains) chains of the kernel's table changed each time they were read, or are too long"
            )
        }
        return TCPScan(counts, duration: duration)
    }

    private static func walk(_ kept: inout SocketWalker?) throws(SocketWalker.Failure) -> (csw_counts, Duration) {
        let walker = if let walker = kept.take() { walker } else { try SocketWalker() }
        let clock = ContinuousClock()
        let start = clock.now
        do throws(SocketWalker.Failure) {
            let counts = try walker.walk()
            let duration = clock.now - start
            kept = consume walker
            return (counts, duration)
        } catch {
            // Kept after a failure too: each walk starts clean, and the process may have given up what loading needs.
            kept = consume walker
            throw error
        }
    }
}
