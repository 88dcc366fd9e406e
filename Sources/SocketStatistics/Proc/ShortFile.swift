// SPDX-License-Identifier: Apache-2.0

internal import SystemPackage

/// Files of procfs that are read with a single call.
///
/// The kernel gives the first part alone of what did not fit, and then nothing more, of some files of `/proc/sys`: such
/// a file is read anew with more room.
enum ShortFile {
    /// Room for some lines.
    private static let usualSize = 4096
    /// Room for the longest of them: `ip_local_reserved_ports` has 262,144 bytes where a port is free after each two.
    private static let largestSize = 512 * 1024

    /// The text of a file; nil where there is no such file.
    static func text(_ path: FilePath) throws(SourceError) -> String? {
        let file: FileDescriptor
        do {
            file = try ProcFileReader.attempt("open", path) {
                try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
            }
        } catch  where error.errno == .noSuchFileOrDirectory {
            return nil
        }
        defer { try? file.close() }
        return try text(of: file, path)
    }

    /// The text of an open file, from its beginning.
    ///
    /// - Parameter path: what errors call it.
    static func text(of file: FileDescriptor, _ path: FilePath) throws(SourceError) -> String {
        for size in [usualSize, largestSize] {
            let bytes = try ProcFileReader.attempt("read", path) {
                try unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
                    count = try unsafe file.read(
                        fromAbsoluteOffset: 0, into: UnsafeMutableRawBufferPointer(buffer))
                }
            }
            if bytes.count < size { return String(decoding: bytes, as: UTF8.self) }
        }
        throw .malformed(path, "it has more than the \(largestSize) bytes that such a file may have")
    }
}
