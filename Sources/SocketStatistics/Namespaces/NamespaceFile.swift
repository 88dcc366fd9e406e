// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SystemPackage

/// A file that refers to a network namespace.
enum NamespaceFile {
    /// The inode number of the namespace that a file refers to.
    ///
    /// - Throws: `invalidArgument` for a file that is not a namespace's.
    static func inode(of path: FilePath) throws(Errno) -> UInt32 {
        let own = try status(of: "/proc/thread-self/ns/net")
        let status = try status(of: path)
        // All namespaces are files of one file system; a plain file in their place may have any number.
        guard status.st_dev == own.st_dev, let inode = UInt32(exactly: status.st_ino) else { throw .invalidArgument }
        return inode
    }

    private static func status(of path: FilePath) throws(Errno) -> stat {
        var status = stat()
        let result = unsafe path.withPlatformString { unsafe stat($0, &status) }
        guard result == 0 else { throw Errno(rawValue: errno) }
        return status
    }
}
