// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SystemPackage

/// The network namespaces that can be seen from here: those with a name under `/run/netns`, and those of processes.
struct NetworkNamespaces {
    /// The calling thread's, by its inode number.
    let own: UInt32
    /// The others: a file of each by inode number.
    var others: [UInt32: FilePath] = [:]
    /// Processes whose namespace may not be looked at.
    private(set) var hiddenProcesses = 0
    /// The mount of procfs that does not show all processes; nil where it does.
    private var hidingMount: FilePath?

    /// The processes are those of this process's PID namespace, which is not the first one.
    private var isInOwnProcessNamespace = false

    /// Why there may be more; nil where all could be seen.
    var failure: SourceError? {
        if let hidingMount {
            return SourceError(
                .unavailable,
                """
                the network namespaces of other users' processes cannot be seen in \(hidingMount), which hides these (the \
                mount option hidepid): run as root or with CAP_SYS_PTRACE
                """)
        }
        if isInOwnProcessNamespace {
            return SourceError(
                .unavailable,
                """
                this process is in a PID namespace of its own, and cannot see the network namespaces of processes outside: \
                use the source bpf, or --path.procfs with the host's procfs
                """)
        }
        guard hiddenProcesses > 0 else { return nil }
        let whose =
            hiddenProcesses == 1
            ? "the network namespace of one process" : "the network namespaces of \(hiddenProcesses) processes"
        return SourceError(.unavailable, "\(whose) cannot be seen: run as root or with CAP_SYS_PTRACE")
    }

    /// - Parameter procfs: where procfs is mounted, which lists the processes.
    init(procfs: FilePath = "/proc") throws(SourceError) {
        let ownFile = FilePath("/proc/thread-self/ns/net")
        do {
            own = try Self.inode(of: ownFile)
        } catch {
            throw SourceError(.systemCallFailed, errno: error, "\(ownFile): \(error)")
        }
        for name in DirectoryEntries.names(in: "/run/netns") {
            try? add(FilePath("/run/netns").appending(name))
        }
        let processes = Procfs(procfs).processes
        let names = DirectoryEntries.names(in: processes).filter { $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
        isInOwnProcessNamespace = processes == "/proc" && !Self.isInFirstProcessNamespace
        // Every PID namespace has a first process, as long as it lasts.
        hidingMount = names.contains("1") ? nil : processes
        for name in names {
            do throws(Errno) {
                try add(processes.appending(name).appending("ns/net"))
            } catch  where error == .permissionDenied || error == .notPermitted {
                hiddenProcesses += 1
            } catch {
                // It has ended.
            }
        }
    }

    /// The order in which namespaces are asked: named ones first, because any user who may create namespaces may create more
    /// than can be asked.
    static func order(_ others: [UInt32: FilePath]) -> [(key: UInt32, value: FilePath)] {
        func rank(_ file: FilePath) -> Int { file.starts(with: "/run/netns") ? 0 : 1 }
        return others.sorted { (rank($0.value), $0.key) < (rank($1.value), $1.key) }
    }

    /// Whether a namespace has a name, so that it is worth reporting that it has no socket.
    func isNamed(_ inode: UInt32) -> Bool {
        others[inode]?.starts(with: "/run/netns") == true
    }

    private mutating func add(_ file: FilePath) throws(Errno) {
        let inode = try Self.inode(of: file)
        // The first: a name stays longest, and of processes the eldest.
        if inode != own, others[inode] == nil {
            others[inode] = file
        }
    }

    /// The kernel's fixed number of the first PID namespace (PROC_PID_INIT_INO).
    private static let firstProcessNamespace: UInt32 = 0xEFFF_FFFC

    private static var isInFirstProcessNamespace: Bool {
        (try? inode(of: "/proc/thread-self/ns/pid")).map { $0 == firstProcessNamespace } ?? true
    }

    private static func inode(of file: FilePath) throws(Errno) -> UInt32 {
        try NamespaceFile.inode(of: file)
    }
}
