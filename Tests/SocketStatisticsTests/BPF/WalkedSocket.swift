// SPDX-License-Identifier: Apache-2.0

import Glibc
import KernelTestSupport

/// A UDP socket on loopback, closed when it goes out of scope.
final class WalkedSocket {
    private static let reusePort: Int32 = 15

    let descriptor: Int32
    private let isIPv6: Bool

    /// Binds to a port; 0 is one of the kernel's choice.
    init(ipv6: Bool = false, port: UInt16 = 0, isShared: Bool = false, receiveBuffer: Int32? = nil) throws {
        isIPv6 = ipv6
        descriptor = socket(
            ipv6 ? AF_INET6 : AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { throw TestSystemError("socket") }
        if isShared {
            try set(Self.reusePort, 1)
        }
        if let receiveBuffer {
            try set(SO_RCVBUF, receiveBuffer)
        }
        try bind(port)
    }

    deinit {
        close(descriptor)
    }

    func bind(_ port: UInt16) throws {
        try withAddress(port) { try check(Glibc.bind(descriptor, $0, $1), "bind") }
    }

    func connect(to port: UInt16) throws {
        try withAddress(port) { try check(Glibc.connect(descriptor, $0, $1), "connect") }
    }

    func send(_ count: Int, to port: UInt16) throws {
        let bytes = [UInt8](repeating: 0x78, count: count)
        try withAddress(port) { address, size in
            guard sendto(descriptor, bytes, bytes.count, 0, address, size) == count else {
                throw TestSystemError("sendto")
            }
        }
    }

    var port: UInt16 {
        get throws {
            var address = sockaddr_in6()
            var size = socklen_t(MemoryLayout<sockaddr_in6>.size)
            try withUnsafeMutableBytes(of: &address) { bytes in
                guard let base = bytes.baseAddress else { return }
                try check(getsockname(descriptor, base.assumingMemoryBound(to: sockaddr.self), &size), "getsockname")
            }
            // At the same place in both families.
            return address.sin6_port.bigEndian
        }
    }

    private func set(_ option: Int32, _ value: Int32) throws {
        var value = value
        try check(setsockopt(descriptor, SOL_SOCKET, option, &value, socklen_t(MemoryLayout<Int32>.size)), "setsockopt")
    }

    private func withAddress(_ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Void) throws {
        func call<Address>(_ address: Address) throws {
            try withUnsafeBytes(of: address) { bytes in
                guard let base = bytes.baseAddress else { return }
                try body(base.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
            }
        }
        if isIPv6 {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            address.sin6_addr = in6addr_loopback
            try call(address)
        } else {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            try call(address)
        }
    }

    private func check(_ status: Int32, _ call: String) throws {
        guard status == 0 else { throw TestSystemError(call) }
    }
}
