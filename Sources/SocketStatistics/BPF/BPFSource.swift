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
    private struct State: ~Copyable {
        var walker: SocketWalker?
    }

    private let state = Mutex(State(walker: nil))
    /// Chains of the kernel's tables that were read again.
    private let recounts = Atomic<UInt64>(0)

    public var kind: SourceKind { .bpf }

    public var retries: UInt64 {
        recounts.load(ordering: .relaxed)
    }

    public init() {}

    public func scan() throws(SourceError) -> TCPScan {
        let (counts, duration) = try state.withLock { state throws(SourceError) in
            do throws(SocketWalker.Failure) {
                return try Self.walk(&state)
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

    private static func walk(_ state: inout State) throws(SocketWalker.Failure) -> (csw_counts, Duration) {
        let walker = if let walker = state.walker.take() { walker } else { try SocketWalker() }
        let clock = ContinuousClock()
        let start = clock.now
        let counts = try walker.walk()
        let duration = clock.now - start
        state.walker = consume walker
        return (counts, duration)
    }
}
