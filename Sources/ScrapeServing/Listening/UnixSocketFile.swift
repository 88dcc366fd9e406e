// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import NIOCore

/// The file of a listening Unix domain socket, with what tells it from another file of the same path.
struct UnixSocketFile: Hashable, Sendable {
    let path: String
    private let device: dev_t
    private let inode: ino_t

    /// The file at a path; nil where there is none.
    private init?(at path: String) throws {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else {
            if errno == ENOENT { return nil }
            throw IOError(errnoCode: errno, reason: "lstat")
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw IOError(errnoCode: ENOTSOCK, reason: "lstat")
        }
        self.path = path
        self.device = status.st_dev
        self.inode = status.st_ino
    }

    /// Whether a path leads to this file.
    func isAt(_ path: String) -> Bool {
        guard let other = try? UnixSocketFile(at: path) else { return false }
        return other.device == device && other.inode == inode
    }

    /// Removes the file unless another has taken its place, or the process may not.
    ///
    /// To be called while the socket is still open: until then the system gives its inode number to no other file.
    func remove() {
        if isAt(path) { _ = unsafe unlink(path) }
    }
}

extension UnixSocketFile {
    /// Opens a listening socket at a path and returns it with its file.
    ///
    /// A file that a server left behind is replaced: one where nobody accepts connections. Throws `IOError`.
    ///
    /// - Parameter mode: the permissions of the file, less what the umask takes away.
    static func listen(
        at path: String, mode: UInt32, backlog: Int32
    ) throws -> (descriptor: CInt, file: UnixSocketFile) {
        let address = try SocketAddress(unixDomainSocketPath: path)
        if let existing = try UnixSocketFile(at: path) {
            try checkNobodyListens(on: address)
            // Another server may have begun to listen there meanwhile: then bind says so.
            if existing.isAt(path) { try IOError.check("unlink", unsafe unlink(path)) }
        }
        let descriptor = try openSocket()
        do {
            // Before the file is there: a socket's permissions become those of its file.
            try IOError.check("fchmod", fchmod(descriptor, mode))
            try IOError.check("bind", unsafe address.withSockAddr { unsafe bind(descriptor, $0, socklen_t($1)) })
            guard let file = try UnixSocketFile(at: path) else {
                throw IOError(errnoCode: ENOENT, reason: "lstat")
            }
            do {
                try IOError.check("listen", Glibc.listen(descriptor, backlog))
            } catch {
                file.remove()
                throw error
            }
            return (descriptor, file)
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// Throws if a process listens on the address, or if that cannot be determined. A full queue or a socket of another
    /// type also proves that the address is in use.
    private static func checkNobodyListens(on address: SocketAddress) throws {
        let descriptor = try openSocket()
        defer { close(descriptor) }
        let result = unsafe address.withSockAddr { unsafe connect(descriptor, $0, socklen_t($1)) }
        switch result == 0 ? 0 : errno {
        case ECONNREFUSED, ENOENT: return
        case EACCES: throw IOError(errnoCode: EACCES, reason: "connect")
        default: throw IOError(errnoCode: EADDRINUSE, reason: "connect")
        }
    }

    /// A socket that never blocks, so that a full queue of connections cannot hold up the start.
    private static func openSocket() throws -> CInt {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, type, 0)
        try IOError.check("socket", descriptor)
        return descriptor
    }
}
