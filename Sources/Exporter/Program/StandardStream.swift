// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SystemPackage

/// Writing to a standard stream failed.
struct StandardStreamError: Error, CustomStringConvertible {
    let stream: String
    let errno: Errno

    var description: String { "cannot write to \(stream): \(errno)" }
}

/// Standard output or standard error.
struct StandardStream: Sendable {
    static let output = StandardStream(name: "standard output", descriptor: .standardOutput)
    static let error = StandardStream(name: "standard error", descriptor: .standardError)

    private let name: String
    private let descriptor: FileDescriptor

    /// Opens /dev/null in the place of each standard stream that the process was started without: the next file or socket
    /// would take its number, and the text that goes there.
    static func openMissing() {
        for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) == -1 {
            _ = try? FileDescriptor.open(FilePath("/dev/null"), .readWrite)
        }
    }

    /// Writes all of the text, in one call where the system takes it so.
    func write(_ text: some Sequence<UInt8>) throws(StandardStreamError) {
        do {
            try descriptor.writeAll(text)
        } catch {
            throw StandardStreamError(stream: name, errno: error as? Errno ?? .ioError)
        }
    }
}
