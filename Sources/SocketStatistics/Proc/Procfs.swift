// SPDX-License-Identifier: Apache-2.0

internal import Glibc
package import SystemPackage

/// A procfs, or the directory of one process or thread in it, and the paths of its files.
package struct Procfs: Sendable {
    private let path: FilePath

    /// - Parameter path: where procfs is mounted, or the directory of a process.
    package init(_ path: FilePath) {
        self.path = path
    }

    /// The files of a network namespace: that of this process, or of the process whose directory it is.
    ///
    /// In a mount with the option `subset=pid`, as with systemd's `ProcSubset=pid`, they exist only under `self`.
    var network: FilePath {
        (hasThisProcess ? path.appending("self") : path).appending("net")
    }

    /// Whether a file of ``network`` exists. Where that of IPv6 is missing and that of IPv4 is not, the kernel has no
    /// IPv6; where both are, the process may have ended.
    func hasNetworkFile(_ name: String) -> Bool {
        exists(network.appending(name), followsLink: true)
    }

    /// The mount that lists the processes: the directory itself, or one above that of a process or thread.
    var processes: FilePath {
        mount ?? path
    }

    /// The values that can be set, and some that can only be read. Those of `net` are of the network namespace of the
    /// thread that opens them, whatever the mount.
    ///
    /// In a mount with the option `subset=pid` they do not exist.
    var sysctls: FilePath {
        processes.appending("sys")
    }

    /// Whether the mount shows ``sysctls``.
    var hasSysctls: Bool {
        exists(sysctls.appending("net"), followsLink: true)
    }

    /// Whether it is a procfs, and not a directory that only looks like one.
    var isMounted: Bool {
        mount != nil
    }

    /// Whether it is a mount of another PID namespace in which this process does not exist.
    package var isOfStrangers: Bool {
        isMount(path) && !hasThisProcess
    }

    /// The inode number of the network namespace of ``network``.
    ///
    /// - Throws: Why it cannot be determined.
    package func networkNamespace() throws(Errno) -> UInt32 {
        try NamespaceFile.inode(of: namespaceFile)
    }

    /// The file of the network namespace of ``network``.
    var namespaceFile: FilePath {
        (hasThisProcess ? path.appending("self") : path).appending("ns/net")
    }

    /// Whether ``network`` is of the calling thread's network namespace; nil where that cannot be determined.
    ///
    /// Unlike ``networkNamespace()`` it needs no permission to look into the process whose directory it is. The kernel gives
    /// the files of each namespace inode numbers of their own, the same in all mounts of procfs.
    package var isOfThisNamespace: Bool? {
        guard let told = Self.inode(of: network.appending("tcp")),
            let own = Self.inode(of: "/proc/thread-self/net/tcp")
        else { return nil }
        return told == own
    }

    /// Nil for what is not a file of procfs, whose files tell no size.
    private static func inode(of path: FilePath) -> ino_t? {
        var status = stat()
        let result = unsafe path.withPlatformString { unsafe stat($0, &status) }
        return result == 0 && status.st_size == 0 ? status.st_ino : nil
    }

    /// The file of the network namespace of the process that a user most likely means: the first, or that of the
    /// directory.
    package var likelyNamespaceFile: FilePath {
        isMount(path) ? path.appending("1/ns/net") : path.appending("ns/net")
    }

    private var hasThisProcess: Bool {
        exists(path.appending("self"), followsLink: true)
    }

    private var mount: FilePath? {
        var directory = path
        for _ in 0..<4 {
            if isMount(directory) { return directory }
            directory.append("..")
        }
        return nil
    }

    private func isMount(_ directory: FilePath) -> Bool {
        exists(directory.appending("self"), followsLink: false)
    }

    private func exists(_ path: FilePath, followsLink: Bool) -> Bool {
        let flags = followsLink ? 0 : AT_SYMLINK_NOFOLLOW
        return unsafe path.withPlatformString { unsafe faccessat(AT_FDCWD, $0, F_OK, flags) } == 0
    }
}
