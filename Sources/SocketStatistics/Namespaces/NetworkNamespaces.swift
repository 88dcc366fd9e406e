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

    /// Why there may be more; nil where all could be seen.
    var failure: SourceError? {
        guard hiddenProcesses > 0 else { return nil }
        return SourceError(
            .unavailable,
            "the network namespaces of \(hiddenProcesses) processes cannot be seen: run as root or with CAP_SYS_PTRACE")
    }

    init() throws(SourceError) {
        let ownFile = FilePath("/proc/thread-self/ns/net")
        do {
            own = try Self.inode(of: ownFile)
        } catch {
            throw SourceError(.systemCallFailed, errno: error, "\(ownFile): \(error)")
        }
        for name in DirectoryNames.list("/run/netns") {
            try? add(FilePath("/run/netns").appending(name))
        }
        for name in DirectoryNames.list("/proc") where name.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            do throws(Errno) {
                try add(FilePath("/proc").appending(name).appending("ns/net"))
            } catch .permissionDenied {
                hiddenProcesses += 1
            } catch {
                // It has ended.
            }
        }
    }

    private mutating func add(_ file: FilePath) throws(Errno) {
        let inode = try Self.inode(of: file)
        // The first: a name stays longest, and of processes the eldest.
        if inode != own, others[inode] == nil {
            others[inode] = file
        }
    }

    private static func inode(of file: FilePath) throws(Errno) -> UInt32 {
        try NamespaceFile.inode(of: file)
    }
}
