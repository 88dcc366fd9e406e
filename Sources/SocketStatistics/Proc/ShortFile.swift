// SPDX-License-Identifier: Apache-2.0

internal import SystemPackage

/// Files of procfs that are read with a single call: those of `/proc/sys`, and those that the kernel writes as a whole,
/// such as `snmp` and `status`, but no tables of sockets.
///
/// The kernel gives the first part alone of what did not fit, and then nothing more, of some files of `/proc/sys`: such
/// a file is read anew with more room.
enum ShortFile {
    /// Room for all but lists: `netstat` has some more than 4,096 bytes.
    private static let usualSize = 16 * 1024
    /// Room for the longest of them: `ip_local_reserved_ports` has 262,144 bytes where a port is free after each two.
    private static let largestSize = 512 * 1024

    /// The text of a file; nil where there is no such file.
    static func text(_ path: FilePath) throws(SourceError) -> String? {
        try bytes(path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The bytes of a file; nil where there is no such file.
    static func bytes(_ path: FilePath) throws(SourceError) -> [UInt8]? {
        guard let file = try ProcFileReader.open(path) else { return nil }
        defer { try? file.close() }
        return try bytes(of: file, path)
    }

    /// The text of an open file, from its beginning.
    ///
    /// - Parameter path: what errors call it.
    static func text(of file: FileDescriptor, _ path: FilePath) throws(SourceError) -> String {
        try String(decoding: bytes(of: file, path), as: UTF8.self)
    }

    private static func bytes(of file: FileDescriptor, _ path: FilePath) throws(SourceError) -> [UInt8] {
        for size in [usualSize, largestSize] {
            let bytes = try ProcFileReader.attempt("read", path) {
                try unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
                    count = try unsafe file.read(
                        fromAbsoluteOffset: 0, into: UnsafeMutableRawBufferPointer(buffer))
                }
            }
            if bytes.count < size { return bytes }
        }
        throw .malformed(path, "it has more than the \(largestSize) bytes that such a file may have")
    }
}
