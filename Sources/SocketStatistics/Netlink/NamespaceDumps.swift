// SPDX-License-Identifier: Apache-2.0

internal import CNetlink
internal import SystemPackage

/// Dumps of the sockets of other network namespaces, one namespace after the other.
///
/// A netlink socket is opened in each and closed after the answer: while it is open, the namespace and its interfaces
/// and addresses stay, even if no process is left in it.
struct NamespaceDumps<Member> {
    /// The most namespaces that are asked.
    static var limit: Int { 1022 }

    /// What was found by the namespaces' inode numbers, without those that ended in the meantime.
    private(set) var members: [UInt32: Member] = [:]
    /// Why some are missing; nil when none is.
    private(set) var failure: SourceError?

    /// A question that is asked in each namespace.
    typealias Question = (OpenNamespace) throws(NetlinkSocket.Failure) -> Member

    /// - Parameter sourceError: What a question's failure is as the error of a source.
    init(
        _ namespaces: NetworkNamespaces, until deadline: Deadline, limit: Int = Self.limit,
        failing sourceError: KeyPath<NetlinkSocket.Failure, SourceError>, _ question: Question
    ) {
        let others = NetworkNamespaces.order(namespaces.others)
        if others.count > limit {
            failure = SourceError(
                .incomplete, "\(others.count) network namespaces are more than the \(limit) that are asked in a scan")
        }
        var refused: [NamespaceRefusal] = []
        var asked = 0
        for (inode, file) in others.prefix(limit) {
            do {
                try deadline.check("\(others.count - asked) of \(others.count) other network namespaces were not asked")
                asked += 1
                members[inode] = try Self.ask(file, inode, failing: sourceError, question)
            } catch let refusal as NamespaceRefusal {
                refused.append(refusal)
            } catch {
                failure = error as? SourceError
                if failure?.code == .deadlineExceeded { return }
            }
        }
        if let first = refused.first { failure = first.error(others: refused.count - 1) }
    }

    /// Nil when the namespace has ended.
    private static func ask(
        _ file: FilePath, _ inode: UInt32, failing sourceError: KeyPath<NetlinkSocket.Failure, SourceError>,
        _ question: Question
    ) throws -> Member? {
        guard let descriptor = try open(file) else { return nil }
        defer { try? descriptor.close() }
        // The process of the file may have entered another namespace.
        guard (try? NamespaceFile.inode(of: FilePath("/proc/thread-self/fd/\(descriptor.rawValue)"))) == inode else {
            return nil
        }
        do throws(NetlinkSocket.Failure) {
            return try question(OpenNamespace(descriptor: descriptor, file: file, inode: inode))
        } catch {
            if error.call == "setns" { throw NamespaceRefusal(file: file, errno: error.errno) }
            throw error[keyPath: sourceError]
        }
    }

    private static func open(_ file: FilePath) throws(NamespaceRefusal) -> FileDescriptor? {
        do {
            return try FileDescriptor.open(file, .readOnly, options: .closeOnExec)
        } catch Errno.noSuchFileOrDirectory, Errno.noSuchProcess {
            return nil
        } catch {
            throw NamespaceRefusal(file: file, errno: error as? Errno)
        }
    }
}

/// A network namespace that is held open to be asked.
struct OpenNamespace {
    let descriptor: FileDescriptor
    /// The file that it was found by.
    let file: FilePath
    let inode: UInt32

    /// The cgroup of the process whose file it is: for a namespace none of whose sockets has one.
    var processCgroup: UInt64? {
        guard file.ends(with: "ns/net"), let tree = CgroupTree.mounted else { return nil }
        let process = file.removingLastComponent().removingLastComponent()
        let number = tree.number(of: process)
        // Another process may have its number by now.
        return (try? NamespaceFile.inode(of: file)) == inode && number != CgroupTree.rootNumber ? number : nil
    }
}

/// A namespace that this process may not enter.
private struct NamespaceRefusal: Error {
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

extension NamespaceDumps<NamespaceStatistics.Member> {
    /// Dumps of TCP sockets, which are added to the counts of cgroups too.
    init(
        _ namespaces: NetworkNamespaces, _ filter: ScanFilter, cgroups: borrowing NetlinkCgroups = NetlinkCgroups(),
        until deadline: Deadline = .none, limit: Int = Self.limit
    ) {
        self.init(namespaces, until: deadline, limit: limit, failing: \.sourceError) {
            namespace throws(NetlinkSocket.Failure) in
            var conversation = NetlinkConversation(namespace: namespace.descriptor)
            var member = try conversation.askForMember(filter, cgroups: cgroups, until: deadline.instant)
            member.cgroup = member.cgroup ?? namespace.processCgroup
            return member
        }
    }
}
