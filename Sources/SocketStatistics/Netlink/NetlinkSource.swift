// SPDX-License-Identifier: Apache-2.0

internal import Synchronization
public import SystemPackage

/// Counts TCP sockets with a sock_diag dump over netlink: one request, IPv4 and IPv6 in one walk of the kernel's table.
///
/// The socket is opened by the first scan, in the network namespace of the thread that calls it, and stays open.
/// Memory does not depend on the number of connections.
public final class NetlinkSource: TCPStatisticsSource {
    private let options: TCPScanOptions
    private let filter: SocketFilter
    private let procfs: FilePath
    private let conversation: Mutex<NetlinkConversation>
    /// Beside the conversation, so that it can be read while a scan is under way.
    private let repeatCount = Atomic<UInt64>(0)

    /// ``SourceKind/netlink``.
    public var kind: SourceKind { .netlink }

    public var repeats: UInt64 {
        repeatCount.load(ordering: .relaxed)
    }

    public var rereadChains: UInt64? { nil }

    /// - Parameters:
    ///   - options: what to count beside. Other network namespaces are those that a process is in or that have a name under
    ///     `/run/netns`.
    ///   - procfs: where procfs is mounted, which lists the processes and their network namespaces.
    ///   - filter: which sockets to count, in other namespaces too. The kernel tells of all nevertheless, so that a scan
    ///     takes as long; it takes memory for each socket that this process has open.
    public init(_ options: TCPScanOptions = [], procfs: FilePath = "/proc", counting filter: SocketFilter = .all) {
        self.procfs = procfs
        self.options = options
        self.filter = filter
        conversation = Mutex(NetlinkConversation(wantsBoundInactive: options.contains(.boundInactive)))
    }

    public func scan() throws(SourceError) -> TCPScan {
        let clock = ContinuousClock()
        let start = clock.now
        let filter = try ScanFilter(filter)
        var scan: TCPScan
        do {
            scan = try conversation.withLock { conversation throws(NetlinkSocket.Failure) in
                defer { repeatCount.store(conversation.repeats, ordering: .relaxed) }
                return TCPScan(try conversation.ask(filter))
            }
        } catch {
            throw error.sourceError
        }
        if options.contains(.allNamespaces) {
            scan.askOtherNamespaces(filter, procfs)
        }
        scan.duration = clock.now - start
        return scan
    }
}

extension TCPScan {
    fileprivate mutating func askOtherNamespaces(_ filter: ScanFilter, _ procfs: FilePath) {
        do throws(SourceError) {
            let namespaces = try NetworkNamespaces(procfs: procfs)
            let answers = NamespaceDumps(namespaces, filter)
            namespaceFailure = answers.failure ?? namespaces.failure
            // That a namespace with a name has no socket is worth telling.
            var members = answers.members.filter { inode, member in
                member.total > 0 || namespaces.others[inode]?.starts(with: "/run/netns") == true
            }
            members[namespaces.own] = NamespaceStatistics.Member(
                connections: statistics.connections.filter { $0.key.state != .boundInactive },
                listeners: statistics.listeners)
            // A namespace without a process and without a name is not seen: which are missing is never known.
            statistics.namespaces = NamespaceStatistics(
                own: namespaces.own, members: members, others: namespaceFailure == nil ? [:] : nil,
                uncounted: nil)
        } catch {
            namespaceFailure = error
        }
    }
}
