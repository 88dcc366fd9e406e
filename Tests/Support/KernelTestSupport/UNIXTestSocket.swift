// SPDX-License-Identifier: Apache-2.0

internal import CKernelTestSupport
internal import Glibc

/// A UNIX socket in the calling thread's network namespace, closed when it goes out of scope.
public final class UNIXTestSocket {
    public enum Kind: Int32, Sendable, CaseIterable {
        case stream = 1
        case datagram = 2
        case sequencedPacket = 5
    }

    private static let flags = Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)

    public let descriptor: Int32

    public init(_ kind: Kind = .stream) throws {
        descriptor = Glibc.socket(AF_UNIX, kind.rawValue | Self.flags, 0)
        guard descriptor >= 0 else { throw TestSystemError("socket") }
    }

    private init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Two sockets that are connected to each other.
    public static func pair(_ kind: Kind) throws -> (UNIXTestSocket, UNIXTestSocket) {
        var descriptors: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, kind.rawValue | flags, 0, &descriptors) == 0 else {
            throw TestSystemError("socketpair")
        }
        return (UNIXTestSocket(descriptor: descriptors[0]), UNIXTestSocket(descriptor: descriptors[1]))
    }

    /// A socket that listens on a name.
    ///
    /// - Parameter name: the bytes of a path, or 0 and those of an abstract name.
    public static func listener(
        _ name: [UInt8], backlog: Int32 = 16, kind: Kind = .stream
    ) throws -> UNIXTestSocket {
        let socket = try UNIXTestSocket(kind)
        try socket.bind(name)
        guard listen(socket.descriptor, backlog) == 0 else { throw TestSystemError("listen") }
        return socket
    }

    public func bind(_ name: [UInt8]) throws {
        guard try (withAddress(name) { Glibc.bind(descriptor, $0, $1) }) == 0 else { throw TestSystemError("bind") }
    }

    /// Connects to a name. Returns false where the listener's queue is full.
    public func connect(to name: [UInt8]) throws -> Bool {
        if try (withAddress(name) { Glibc.connect(descriptor, $0, $1) }) == 0 { return true }
        guard errno == EAGAIN else { throw TestSystemError("connect") }
        return false
    }

    /// Takes a connection, waiting for it.
    public func accept() throws -> UNIXTestSocket {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, 60_000) == 1 else { throw TestSystemError("poll", ETIMEDOUT) }
        let accepted = ckt_accept(descriptor)
        guard accepted >= 0 else { throw TestSystemError("accept") }
        return UNIXTestSocket(descriptor: accepted)
    }

    private func withAddress<Value>(
        _ name: [UInt8], _ body: (UnsafePointer<sockaddr>, socklen_t) -> Value
    ) throws -> Value {
        // sun_path has no room for more.
        guard name.count <= 108 else { throw TestSystemError("a name of \(name.count) bytes", ENAMETOOLONG) }
        return withUnsafeTemporaryAllocation(byteCount: 2 + 108, alignment: 16) { buffer in
            buffer.storeBytes(of: sa_family_t(AF_UNIX), as: sa_family_t.self)
            UnsafeMutableRawBufferPointer(rebasing: buffer.dropFirst(2)).copyBytes(from: name)
            return body(
                buffer.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t(2 + name.count))
        }
    }
}
