// SPDX-License-Identifier: Apache-2.0

internal import CNetlink
internal import SystemPackage

/// Dumps of the TCP sockets of other network namespaces, one namespace after the other.
///
/// A netlink socket is opened in each and closed after the answer: while it is open, the namespace and its interfaces
/// and addresses stay, even if no process is left in it.
struct NamespaceDumps {
    /// The most namespaces that are asked.
    static let limit = 1022

    /// The namespaces by inode number, without those that ended in the meantime.
    private(set) var members: [UInt32: NamespaceStatistics.Member] = [:]
    /// Why some are missing; nil when none is.
    private(set) var failure: SourceError?

    init(
        _ namespaces: NetworkNamespaces, _ filter: ScanFilter, until deadline: Deadline = .none,
        limit: Int = NamespaceDumps.limit
    ) {
        let others = Self.order(namespaces.others)
        if others.count > limit {
            failure = SourceError(
                .incomplete, "\(others.count) network namespaces are more than the \(limit) that are asked in a scan")
        }
        var refused: [Refusal] = []
        var asked = 0
        for (inode, file) in others.prefix(limit) {
            do {
                try deadline.check("\(others.count - asked) of \(others.count) other network namespaces were not asked")
                asked += 1
                members[inode] = try Self.ask(file, inode, filter, deadline)
            } catch let refusal as Refusal {
                refused.append(refusal)
            } catch {
                failure = error as? SourceError
                if failure?.code == .deadlineExceeded { return }
            }
        }
        if let first = refused.first { failure = first.error(others: refused.count - 1) }
    }

    /// A namespace that this process may not enter.
    private struct Refusal: Error {
        let file: FilePath
        let errno: Errno?

        /// - Parameter others: How many more this process may not enter.
        func error(others: Int) -> SourceError {
            let which = others == 0 ? "\(file)" : "\(file) and of \(others) more"
            return SourceError(
                .unavailable, errno: errno,
                """
                the network \(others == 0 ? "namespace" : "namespaces") of \(which) cannot be entered \
                (\(errno.map { "\($0)" } ?? "unknown error")): run as root or with CAP_SYS_ADMIN, or use the source bpf
                """)
        }
    }

    /// Named ones first: any user who may create namespaces may create more than the limit.
    static func order(_ others: [UInt32: FilePath]) -> [(key: UInt32, value: FilePath)] {
        func rank(_ file: FilePath) -> Int { file.starts(with: "/run/netns") ? 0 : 1 }
        return others.sorted { (rank($0.value), $0.key) < (rank($1.value), $1.key) }
    }

    /// Nil when the namespace has ended.
    private static func ask(
        _ file: FilePath, _ inode: UInt32, _ filter: ScanFilter, _ deadline: Deadline
    ) throws -> NamespaceStatistics.Member? {
        guard let descriptor = try open(file) else { return nil }
        defer { try? descriptor.close() }
        // The process of the file may have entered another namespace.
        guard (try? NamespaceFile.inode(of: FilePath("/proc/thread-self/fd/\(descriptor.rawValue)"))) == inode else {
            return nil
        }
        var conversation = NetlinkConversation(namespace: descriptor)
        do {
            var member = try conversation.askForMember(filter, until: deadline.instant)
            member.cgroup = member.cgroup ?? cgroup(of: file, inode)
            return member
        } catch {
            if error.call == "setns" { throw Refusal(file: file, errno: error.errno) }
            throw error.sourceError
        }
    }

    /// The cgroup of the process whose file it is, where none of the namespace's sockets has one.
    private static func cgroup(of file: FilePath, _ inode: UInt32) -> UInt64? {
        guard file.ends(with: "ns/net"), let tree = CgroupTree.mounted else { return nil }
        let process = file.removingLastComponent().removingLastComponent()
        let number = tree.number(of: process)
        // Another process may have its number by now.
        return (try? NamespaceFile.inode(of: file)) == inode && number != CgroupTree.rootNumber ? number : nil
    }

    private static func open(_ file: FilePath) throws(Refusal) -> FileDescriptor? {
        do {
            return try FileDescriptor.open(file, .readOnly, options: .closeOnExec)
        } catch Errno.noSuchFileOrDirectory, Errno.noSuchProcess {
            return nil
        } catch {
            throw Refusal(file: file, errno: error as? Errno)
        }
    }
}
