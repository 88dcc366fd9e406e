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

    /// Opens something in the place of each standard stream that the process was started without: the next file or
    /// socket would take its number, and the text that goes there. Writes to it fail, as with the missing stream.
    static func openMissing() {
        for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) == -1 {
            // The root directory exists even where /dev/null does not.
            _ = try? FileDescriptor.open(FilePath("/"), .readOnly, options: .directory)
        }
    }

    /// Writes all of the text, in one call where the system takes it so. Waits for the reader even if the stream is
    /// non-blocking.
    func write(_ text: some Sequence<UInt8>) throws(StandardStreamError) {
        var rest = Array(text)[...]
        do {
            while !rest.isEmpty {
                do {
                    rest = try rest.dropFirst(unsafe rest.withUnsafeBytes { unsafe try descriptor.write($0) })
                } catch Errno.resourceTemporarilyUnavailable {
                    waitUntilWritable()
                }
            }
        } catch {
            throw StandardStreamError(stream: name, errno: error as? Errno ?? .ioError)
        }
    }

    private func waitUntilWritable() {
        _ = isWritable(milliseconds: -1)
    }

    private func isWritable(milliseconds: Int32) -> Bool {
        var poll = pollfd(fd: descriptor.rawValue, events: Int16(POLLOUT), revents: 0)
        return unsafe Glibc.poll(&poll, 1, milliseconds) > 0
    }
}

extension StandardStream: LogOutput {
    var isReady: Bool { isWritable(milliseconds: 0) }

    func take(_ lines: [UInt8]) -> Bool {
        (try? write(lines)) != nil
    }
}
