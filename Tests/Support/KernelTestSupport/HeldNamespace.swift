// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The calling thread's network namespace, which lasts as long as this object.
public final class HeldNamespace {
    private let descriptor: Int32
    /// The namespace's inode number.
    public let inode: UInt64

    public init() throws {
        descriptor = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw TestSystemError("/proc/thread-self/ns/net") }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw TestSystemError("fstat") }
        inode = UInt64(status.st_ino)
    }

    /// A file of it, for processes that may look at the test's.
    public var path: String { "/proc/\(getpid())/fd/\(descriptor)" }

    deinit {
        close(descriptor)
    }
}
