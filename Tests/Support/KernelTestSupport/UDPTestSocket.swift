// SPDX-License-Identifier: Apache-2.0

internal import CKernelTestSupport
internal import Glibc

/// A UDP socket on loopback, closed when it goes out of scope.
public final class UDPTestSocket {
    public let descriptor: Int32
    private let address: TestSocket.Address

    public init(_ address: TestSocket.Address = .ipv4) throws {
        let family = address == .ipv4 ? AF_INET : AF_INET6
        let type = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        descriptor = Glibc.socket(family, type, 0)
        self.address = address
        guard descriptor >= 0 else { throw TestSystemError("socket") }
    }

    deinit {
        Glibc.close(descriptor)
    }

    /// A socket that is bound to a port, or to one of the kernel's choice.
    ///
    /// - Parameter isShared: whether others may be bound to it too (SO_REUSEPORT).
    public static func bound(
        _ address: TestSocket.Address = .ipv4, port: UInt16 = 0, isShared: Bool = false
    ) throws -> UDPTestSocket {
        let socket = try UDPTestSocket(address)
        if isShared {
            try socket.set(SO_REUSEPORT, 1)
        }
        let status = address.with(port: port) { Glibc.bind(socket.descriptor, $0, $1) }
        guard status == 0 else { throw TestSystemError("bind") }
        return socket
    }

    /// A socket whose peer is a port, and which the kernel has bound to a port.
    public static func connected(_ address: TestSocket.Address = .ipv4, to port: UInt16) throws -> UDPTestSocket {
        let socket = try UDPTestSocket(address)
        let status = address.with(port: port) { Glibc.connect(socket.descriptor, $0, $1) }
        guard status == 0 else { throw TestSystemError("connect") }
        return socket
    }

    public var port: UInt16 { ckt_local_port(descriptor) }

    /// Sets an option of SOL_SOCKET.
    public func set(_ option: Int32, _ value: Int32) throws {
        var value = value
        guard setsockopt(descriptor, SOL_SOCKET, option, &value, socklen_t(MemoryLayout<Int32>.size)) == 0 else {
            throw TestSystemError("setsockopt")
        }
    }

    /// Sends datagrams of some bytes to the peer.
    public func send(_ count: Int, size: Int = 1000) throws {
        let bytes = [UInt8](repeating: 0x78, count: size)
        for _ in 0..<count {
            guard Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == size else {
                throw TestSystemError("send")
            }
        }
    }

    /// Takes all datagrams that wait, and tells how many there were.
    public func receiveAll() throws -> Int {
        var bytes = [UInt8](repeating: 0, count: 2048)
        var count = 0
        while recv(descriptor, &bytes, bytes.count, 0) >= 0 {
            count += 1
        }
        guard errno == EAGAIN else { throw TestSystemError("recv") }
        return count
    }
}
