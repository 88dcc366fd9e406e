// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SystemPackage

/// The sockets that this process has open.
enum OwnSockets {
    private static let directory: FilePath = "/proc/self/fd"
    private static let prefix = Array("socket:[".utf8)

    /// Their inode numbers, each once: sockets of all kinds, since a link does not tell of which kind it is.
    ///
    /// The links are read and not the files' status, which may wait for a server of the network where a file is one of its.
    static func inodes() throws(SourceError) -> Set<UInt32> {
        guard let entries = unsafe directory.withPlatformString({ unsafe opendir($0) }) else {
            throw unreadable(Errno(rawValue: errno))
        }
        defer { unsafe closedir(entries) }
        let descriptor = unsafe dirfd(entries)
        var inodes: Set<UInt32> = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(entries) else { break }
            if let inode = unsafe inode(of: entry, in: descriptor) {
                inodes.insert(inode)
            }
        }
        guard errno == 0 else { throw unreadable(Errno(rawValue: errno)) }
        return inodes
    }

    /// Nil for what is not a socket, and for a descriptor that was closed meanwhile.
    private static func inode(of entry: UnsafeMutablePointer<dirent>, in directory: Int32) -> UInt32? {
        unsafe withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { link in
            guard let start = link.baseAddress else { return nil }
            let length = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
                unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) { name in
                    unsafe readlinkat(directory, name, start.assumingMemoryBound(to: CChar.self), link.count)
                }
            }
            guard length > 0 else { return nil }
            return unsafe number(in: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(link)[..<length]))
        }
    }

    /// The number in `socket:[NUMBER]`; nil for any other link.
    static func number(in link: some Collection<UInt8>) -> UInt32? {
        guard link.starts(with: prefix) else { return nil }
        var number: UInt32?
        for byte in link.dropFirst(prefix.count) {
            guard byte != UInt8(ascii: "]") else { return number }
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            let (tens, isTooLarge) = (number ?? 0).multipliedReportingOverflow(by: 10)
            let (sum, isOneTooLarge) = tens.addingReportingOverflow(UInt32(byte - UInt8(ascii: "0")))
            guard !isTooLarge, !isOneTooLarge else { return nil }
            number = sum
        }
        return nil
    }

    private static func unreadable(_ errno: Errno) -> SourceError {
        SourceError(
            errno == .permissionDenied || errno == .noSuchFileOrDirectory ? .unavailable : .systemCallFailed,
            errno: errno,
            "\(directory) cannot be read (\(errno)), so the process's own sockets are not known: mount procfs, or filter by port"
        )
    }
}
