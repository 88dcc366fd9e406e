// SPDX-License-Identifier: Apache-2.0

internal import CNetlink
internal import Synchronization
public import SystemPackage

/// Counts UDP sockets with sock_diag dumps over netlink, one for each address family.
///
/// ``prepare()`` or the first scan opens the socket, in the network namespace of the thread that calls it, and it stays
/// open. Memory depends on the number of bound ports, not on that of sockets.
public final class UDPNetlinkSource: StatisticsSource {
    private let countsAllNamespaces: Bool
    private let procfs: FilePath
    private let channel = Mutex(NetlinkChannel())

    /// ``SourceKind/netlink``.
    public var kind: SourceKind { .netlink }

    /// Creates a source; nothing is opened yet.
    ///
    /// - Parameters:
    ///   - allNamespaces: Whether to count the sockets of other network namespaces too: those that a process is in or that
    ///     have a name under `/run/netns`.
    ///   - procfs: Where procfs is mounted, which lists the processes and their network namespaces.
    public init(allNamespaces: Bool = false, procfs: FilePath = "/proc") {
        countsAllNamespaces = allNamespaces
        self.procfs = procfs
    }

    /// Opens the socket, and finds out whether the kernel knows UDP sockets.
    public func prepare() throws(SourceError) {
        do {
            try channel.withLock { channel throws(NetlinkSocket.Failure) in
                try channel.ask(until: nil) { socket throws(NetlinkSocket.Failure) in try socket.probeUDP() }
            }
        } catch {
            throw error.udpSourceError
        }
    }

    @available(*, noasync, message: "a scan blocks its thread: use 'try await source.scan(until:)'")
    public func scan(until deadline: ContinuousClock.Instant?) throws(SourceError) -> UDPScan {
        var effort = ScanEffort()
        do throws(SourceError) {
            return try scan(Deadline(deadline), &effort)
        } catch {
            throw error.with(effort)
        }
    }

    private func scan(_ deadline: Deadline, _ effort: inout ScanEffort) throws(SourceError) -> UDPScan {
        let clock = ContinuousClock()
        let start = clock.now
        let answer = try ask(deadline, &effort)
        var statistics = UDPStatistics(answer)
        var failures: [ScanPart: SourceError] = [:]
        if countsAllNamespaces {
            (statistics.namespaces, failures[.namespaces]) = namespaces(statistics.sockets, deadline)
        }
        return Scan(
            statistics, source: .netlink, duration: clock.now - start, effort: effort,
            unknown: UnknownCounts(answer.counts), failures: failures)
    }

    private func ask(
        _ deadline: Deadline, _ effort: inout ScanEffort
    ) throws(SourceError) -> NetlinkSocket.UDPAnswer {
        var repeats: UInt64 = 0
        defer { effort.repeats += repeats }
        return try channel.withLock { channel throws(SourceError) in
            // Another scan may have taken its time.
            try deadline.check("it had passed before the kernel was asked over netlink")
            let before = channel.repeats
            defer { repeats = channel.repeats - before }
            do throws(NetlinkSocket.Failure) {
                return try channel.ask(until: deadline.instant) { socket throws(NetlinkSocket.Failure) in
                    try socket.countUDP()
                }
            } catch {
                throw error.udpSourceError
            }
        }
    }

    /// What is counted of another namespace, and what identifies it.
    private struct Member {
        var sockets: [UDPStatistics.Group: UInt64]
        var identity: NamespaceIdentity
    }

    /// The sockets of all network namespaces, and why some or all are missing.
    private func namespaces(
        _ own: [UDPStatistics.Group: UInt64], _ deadline: Deadline
    ) -> (statistics: UDPNamespaces?, failure: SourceError?) {
        do throws(SourceError) {
            let namespaces = try NetworkNamespaces(procfs: procfs)
            let answers = NamespaceDumps<Member>(namespaces, until: deadline, failing: \.udpSourceError) {
                namespace throws(NetlinkSocket.Failure) in
                var channel = NetlinkChannel(namespace: namespace.descriptor)
                var member = try channel.ask(until: deadline.instant) { socket throws(NetlinkSocket.Failure) in
                    let counts = try socket.countUDPByState()
                    return Member(
                        sockets: counts.byGroup,
                        identity: NamespaceIdentity(
                            cookie: socket.namespaceCookie, cgroup: counts.cgroup == 0 ? nil : counts.cgroup))
                }
                member.identity.cgroup = member.identity.cgroup ?? namespace.processCgroup
                return member
            }
            let failure = answers.failure ?? namespaces.failure
            let members = answers.members.filter { inode, member in
                member.sockets.values.contains { $0 > 0 } || namespaces.isNamed(inode)
            }
            // A namespace without a process and without a name is not seen: which are missing is never known.
            let counts = Breakdown(
                members.mapValues(\.sockets).merging([namespaces.own: own]) { $1 },
                others: failure == nil ? [:] : nil)
            let statistics = UDPNamespaces(
                own: namespaces.own, members: counts, identities: members.mapValues(\.identity))
            return (statistics, failure)
        } catch {
            return (nil, error)
        }
    }
}

extension NetlinkSocket.Failure {
    /// The failure as the error of a source of UDP sockets.
    var udpSourceError: SourceError {
        sourceError(module: "udp_diag", alternative: "use the source bpf (Linux 6.2)")
    }
}
