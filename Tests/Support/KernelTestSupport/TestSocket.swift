// SPDX-License-Identifier: Apache-2.0

internal import CKernelTestSupport
internal import Glibc

/// A TCP socket on loopback, closed when it goes out of scope.
public final class TestSocket {
    /// Which loopback address a socket uses.
    public enum Address: Sendable, CaseIterable {
        case ipv4
        case ipv6
        /// An IPv6 socket with the address ::ffff:127.0.0.1.
        case mapped
    }

    public let descriptor: Int32
    private let address: Address

    public convenience init(_ address: Address = .ipv4) throws {
        let family = address == .ipv4 ? AF_INET : AF_INET6
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        try self.init(descriptor: Glibc.socket(family, type, 0), address, "socket")
    }

    private init(descriptor: Int32, _ address: Address, _ call: String) throws {
        guard descriptor >= 0 else { throw TestSystemError(call) }
        self.descriptor = descriptor
        self.address = address
    }

    deinit {
        Glibc.close(descriptor)
    }

    public var port: UInt16 { ckt_local_port(descriptor) }

    public func bind(port: UInt16 = 0) throws {
        try withAddress(port) { try check(Glibc.bind(descriptor, $0, $1), "bind") }
    }

    /// A listening socket on a port of the kernel's choice; an IPv6 one also takes IPv4 connections.
    ///
    /// - Parameter sharing: a listener whose port to listen on too; both have to be made with `isShared`.
    public static func listener(
        _ address: Address = .ipv4, backlog: Int32 = 16, isShared: Bool = false, sharing other: TestSocket? = nil
    ) throws -> TestSocket {
        let socket = try TestSocket(address)
        if isShared {
            try socket.set(SO_REUSEPORT, level: SOL_SOCKET, 1)
        }
        try socket.bind(port: other?.port ?? 0)
        try socket.check(Glibc.listen(socket.descriptor, backlog), "listen")
        return socket
    }

    /// Begins to connect, and does not wait.
    public func connect(to port: UInt16) throws {
        try withAddress(port) { pointer, length in
            guard Glibc.connect(descriptor, pointer, length) == 0 || errno == EINPROGRESS else {
                throw TestSystemError("connect")
            }
        }
    }

    /// Sends a SYN with data (TCP Fast Open), and takes nothing of what is answered.
    public func connectDeaf(to port: UInt16, sending text: StaticString) throws {
        // MSG_FASTOPEN, which Glibc does not offer to Swift.
        let fastOpen: Int32 = 0x2000_0000
        try check(ckt_drop_all(descriptor), "SO_ATTACH_FILTER")
        try withAddress(port) { pointer, length in
            guard
                sendto(descriptor, text.utf8Start, text.utf8CodeUnitCount, fastOpen, pointer, length) >= 0
                    || errno == EINPROGRESS
            else { throw TestSystemError("sendto") }
        }
    }

    /// Takes nothing any more of what is sent to it, and acknowledges nothing.
    public func vanish() throws {
        try check(ckt_drop_all(descriptor), "SO_ATTACH_FILTER")
    }

    /// Takes a connection, waiting for it.
    public func accept() throws -> TestSocket {
        try wait(for: POLLIN)
        return try TestSocket(
            descriptor: ckt_accept(descriptor), address, "accept")
    }

    public func set(_ option: Int32, level: Int32, _ value: Int32) throws {
        var value = value
        try check(setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size)), "setsockopt")
    }

    /// Comes back when the connection is in a state, by the kernel's number: what loopback delivers, the other side
    /// takes note of at once or, for acknowledgements, after some milliseconds.
    public func awaitState(_ state: UInt8) throws {
        for _ in 0..<10_000 {
            if ckt_tcp_state(descriptor) == Int32(state) { return }
            usleep(1000)
        }
        throw TestSystemError("waiting for the state \(state)", ETIMEDOUT)
    }

    /// Reads the end of what the peer sent, and acknowledges it now.
    public func acknowledgeEnd() throws {
        try awaitState(8)  // CLOSE_WAIT
        var byte: UInt8 = 0
        guard recv(descriptor, &byte, 1, 0) == 0 else { throw TestSystemError("recv") }
        try set(TCP_QUICKACK, level: Int32(IPPROTO_TCP), 1)
    }

    public func shutdownWriting() throws {
        try check(shutdown(descriptor, Int32(SHUT_WR)), "shutdown")
    }

    public func send(_ count: Int) throws {
        let sent = [UInt8](repeating: 0x78, count: count).withUnsafeBytes {
            Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard sent == count else { throw TestSystemError("send") }
    }

    /// Sends a text, and waits for the first bytes of an answer.
    public func send(request: String) throws {
        try wait(for: POLLOUT)
        var text = request
        let sent = text.withUTF8 { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        guard sent == request.utf8.count else { throw TestSystemError("send") }
        try wait(for: POLLIN)
    }

    /// Sends until neither this socket nor its peer, which does not read, takes any more.
    public func sendUntilFull() throws {
        let bytes = [UInt8](repeating: 0x78, count: 64 * 1024)
        while bytes.withUnsafeBytes({ Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) })
            > 0
        {}
        guard errno == EAGAIN else { throw TestSystemError("send") }
    }

    /// Waits until there is something to read.
    public func awaitData() throws {
        try wait(for: POLLIN)
    }

    private func wait(for events: Int32) throws {
        var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        guard poll(&entry, 1, 10_000) == 1 else { throw TestSystemError("poll", ETIMEDOUT) }
    }

    private func check(_ status: Int32, _ call: String) throws {
        guard status == 0 else { throw TestSystemError(call) }
    }

    private func withAddress(_ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Void) throws {
        try address.with(port: port, body)
    }
}

extension TestSocket.Address {
    /// Calls `body` with the address and a port.
    func with<Value>(port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Value) rethrows -> Value {
        try withUnsafeTemporaryAllocation(byteCount: 128, alignment: 16) { buffer in
            // Never empty.
            let base = buffer.baseAddress!
            let length = ckt_loopback_address(self == .ipv4 ? 0 : 1, self == .mapped ? 1 : 0, port, base)
            return try body(base.assumingMemoryBound(to: sockaddr.self), length)
        }
    }
}
