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

    /// Removes the file unless another has taken its place.
    ///
    /// To be called while the socket is still open: until then the system gives its inode number to no other file.
    func remove() {
        guard let current = try? UnixSocketFile(at: path), current == self else { return }
        _ = unsafe unlink(path)
    }
}

extension UnixSocketFile {
    /// Opens a listening socket at a path and returns it with its file.
    ///
    /// A file that a server left behind is replaced: one where nobody accepts connections. Throws `IOError`.
    static func listen(at path: String, backlog: Int32) throws -> (descriptor: CInt, file: UnixSocketFile) {
        let address = try SocketAddress(unixDomainSocketPath: path)
        if let existing = try UnixSocketFile(at: path) {
            guard try !isAnswered(address) else {
                throw IOError(errnoCode: EADDRINUSE, reason: "connect")
            }
            existing.remove()
        }
        let descriptor = try openSocket()
        do {
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

    /// Whether a process listens on the address. A queue that is full, or a socket of another type, is an answer too.
    private static func isAnswered(_ address: SocketAddress) throws -> Bool {
        let descriptor = try openSocket()
        defer { close(descriptor) }
        let result = unsafe address.withSockAddr { unsafe connect(descriptor, $0, socklen_t($1)) }
        return result == 0 || (errno != ECONNREFUSED && errno != ENOENT)
    }

    /// A socket that never blocks, so that a full queue of connections cannot hold up the start.
    private static func openSocket() throws -> CInt {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, type, 0)
        try IOError.check("socket", descriptor)
        return descriptor
    }
}
