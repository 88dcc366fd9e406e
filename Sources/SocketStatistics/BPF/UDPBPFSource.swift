// SPDX-License-Identifier: Apache-2.0

#if BPF
internal import CSocketWalk

/// Counts UDP sockets with a BPF program that walks the kernel's own hash table: no message for each socket, and no lock
/// that the traffic takes.
///
/// ``prepare()`` loads the program, as that of ``BPFSource`` does. It needs Linux 6.2 or later. A scan counts the network
/// namespace of the thread that calls it.
public final class UDPBPFSource: StatisticsSource {
    private let allNamespaces: Bool
    private let program: SocketWalkProgram

    /// ``SourceKind/bpf``.
    public var kind: SourceKind { .bpf }

    /// Creates a source; nothing is loaded yet.
    ///
    /// - Parameters:
    ///   - allNamespaces: Whether other network namespaces are counted too.
    ///   - program: The program that walks, which sources of other protocols may share.
    public init(allNamespaces: Bool = false, program: SocketWalkProgram = SocketWalkProgram()) {
        self.allNamespaces = allNamespaces
        self.program = program
    }

    /// Loads the program, if it is not loaded yet, and finds out whether this kernel's UDP sockets can be walked.
    public func prepare() throws(SourceError) {
        try program.prepareUDP()
    }

    @available(*, noasync, message: "a scan blocks its thread: use 'try await source.scan(until:)'")
    public func scan(until deadline: ContinuousClock.Instant?) throws(SourceError) -> UDPScan {
        var effort = ScanEffort(rereadChains: 0)
        do throws(SourceError) {
            return try scan(Deadline(deadline), &effort)
        } catch {
            throw error.with(effort)
        }
    }

    private func scan(_ deadline: Deadline, _ effort: inout ScanEffort) throws(SourceError) -> UDPScan {
        try deadline.check("it had passed before the kernel's table of UDP sockets was walked")
        try program.prepare()
        let clock = ContinuousClock()
        let start = clock.now
        let walk = try program.wholeWalk(until: deadline, &effort) { walker, limits throws(SocketWalker.Failure) in
            try walker.walkUDP(byNamespace: allNamespaces, limits)
        }
        var statistics = UDPStatistics(walk)
        var failures: [ScanPart: SourceError] = [:]
        if allNamespaces {
            statistics.namespaces = UDPNamespaces(walk)
            failures[.namespaces] = walk.namespaceFailure
        }
        return Scan(
            statistics, source: .bpf, duration: clock.now - start, effort: effort, unknown: UnknownCounts(walk),
            failures: failures)
    }
}
#endif
