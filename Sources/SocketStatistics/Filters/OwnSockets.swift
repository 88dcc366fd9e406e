// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SystemPackage

/// The sockets that this process has open.
enum OwnSockets {
    private static let status: FilePath = "/proc/thread-self/status"

    /// The inode numbers of stream sockets, each once.
    ///
    /// The kernel is asked about each place of the descriptor table, with two short calls for a socket and one for all
    /// else. Reading the links in `/proc/self/fd` says the same and takes twice as long.
    static func inodes() throws(SourceError) -> Set<UInt32> {
        var inodes: Set<UInt32> = []
        for descriptor in 0..<(try descriptorTableSize()) where isStreamSocket(descriptor) {
            if let inode = inode(of: descriptor) {
                inodes.insert(inode)
            }
        }
        return inodes
    }

    /// Asked first: the status of a file that is no socket may have to come over the network.
    private static func isStreamSocket(_ descriptor: Int32) -> Bool {
        var type: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return unsafe getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) == 0
            && type == Int32(SOCK_STREAM.rawValue)
    }

    /// Nil for a descriptor that was closed meanwhile.
    private static func inode(of descriptor: Int32) -> UInt32? {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return nil }
        return UInt32(exactly: status.st_ino)
    }

    /// One more than the greatest descriptor that is open, or somewhat more.
    private static func descriptorTableSize() throws(SourceError) -> Int32 {
        guard let text = try ShortFile.text(status) else { throw .missing(status) }
        guard let size = size(in: text) else { throw .malformed(status, "the line FDSize: there is no number") }
        return size
    }

    /// The number in the line `FDSize:	256`.
    static func size(in status: String) -> Int32? {
        let line = status.split(separator: "\n").first { $0.hasPrefix("FDSize:") }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int32($0) }.flatMap {
            $0 >= 0 ? $0 : nil
        }
    }
}
