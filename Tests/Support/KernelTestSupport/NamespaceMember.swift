// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A process in the calling thread's network namespace, by which others find that: it ends with this object, or with
/// the test's process.
public final class NamespaceMember {
    private let pipe: UnsafeMutablePointer<FILE>
    /// The namespace's inode number.
    public let inode: UInt32

    public init() throws {
        guard let inode = UInt32(try Shell.output("stat -Lc %i /proc/self/ns/net").dropLast()) else {
            throw TestSystemError("the namespace's inode number", EINVAL)
        }
        // It reads until the pipe closes.
        guard let pipe = popen("exec cat", "we") else { throw TestSystemError("popen") }
        self.inode = inode
        self.pipe = pipe
    }

    deinit {
        pclose(pipe)
    }
}
