// SPDX-License-Identifier: Apache-2.0

internal import CNetlink
package import SystemPackage

/// The network namespace that the calling thread is in.
package enum NetworkNamespace {
    /// Its inode number, as in `readlink /proc/thread-self/ns/net`.
    package static func current() throws(Errno) -> UInt32 {
        try NamespaceFile.inode(of: "/proc/thread-self/ns/net")
    }

    /// Enters the network namespace of a file such as `/run/netns/NAME` or `/proc/PID/ns/net`, with the calling thread
    /// and the threads that it starts later.
    ///
    /// To be called on the main thread, before there is another: `/proc/self/net` is of the main thread's namespace.
    package static func enter(_ path: FilePath) throws(SourceError) {
        let file = try open(path)
        defer { try? file.close() }
        switch cnl_namespace_file(file.rawValue) {
        case CNL_NETWORK_NAMESPACE:
            break
        case CNL_OTHER_NAMESPACE:
            throw failure(path, .invalidArgument, "it is a namespace of another kind; give one named 'net'")
        default:
            throw failure(
                path, .invalidArgument,
                "it is not the file of a namespace; give one such as /run/netns/NAME or /proc/PID/ns/net")
        }
        let error = cnl_enter_namespace(file.rawValue)
        guard error == 0 else {
            let errno = Errno(rawValue: error)
            let advice = errno == .notPermitted ? "; start as root or with CAP_SYS_ADMIN" : ""
            throw failure(path, errno, "\(errno)\(advice)")
        }
    }

    private static func open(_ path: FilePath) throws(SourceError) -> FileDescriptor {
        do {
            // Opening a FIFO would block.
            return try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
        } catch {
            let errno = error as? Errno ?? .ioError
            let advice =
                switch errno {
                case .noSuchFileOrDirectory, .notDirectory: "; 'ip netns list' lists the names under /run/netns"
                case .permissionDenied, .notPermitted: "; start as root or with CAP_SYS_PTRACE and CAP_SYS_ADMIN"
                default: ""
                }
            throw failure(path, errno, "\(errno)\(advice)")
        }
    }

    private static func failure(_ path: FilePath, _ errno: Errno, _ reason: String) -> SourceError {
        SourceError(
            .unavailable, errno: errno, "the network namespace '\(path)' cannot be entered: \(reason)")
    }
}
