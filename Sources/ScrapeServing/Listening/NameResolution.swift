// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import NIOCore

/// Finds the addresses that a host to listen on stands for.
enum NameResolution {
    /// The reason why a name has no address, in the words of the system's resolver.
    struct Failure: Error {
        let reason: String
        /// Whether the resolver may know an address later.
        let isTemporary: Bool
    }

    /// The addresses to try, in order: IPv4 before IPv6, because clients of a name such as `localhost` expect that.
    ///
    /// An empty host stands for every address: `::`, which takes IPv4 too, or `0.0.0.0` on a host without IPv6.
    /// Blocks while a name is resolved.
    static func candidates(host: String, port: Int) throws -> [SocketAddress] {
        if host.isEmpty {
            return [
                try SocketAddress(ipAddress: "::", port: port), try SocketAddress(ipAddress: "0.0.0.0", port: port),
            ]
        }
        if let address = try? SocketAddress(ipAddress: host, port: port) {
            return [address]
        }
        let addresses = try resolve(host, port: port)
        return addresses.filter { $0.protocol == .inet } + addresses.filter { $0.protocol == .inet6 }
    }

    private static func resolve(_ host: String, port: Int) throws(Failure) -> [SocketAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_flags = AI_PASSIVE
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var first: UnsafeMutablePointer<addrinfo>?
        let status = unsafe getaddrinfo(host, nil, &hints, &first)
        guard status == 0 else {
            throw Failure(reason: unsafe String(cString: gai_strerror(status)), isTemporary: status == EAI_AGAIN)
        }
        defer { unsafe freeaddrinfo(first) }

        var addresses: [SocketAddress] = []
        var next = unsafe first
        while let entry = unsafe next?.pointee {
            if var address = unsafe address(of: entry) {
                address.port = port
                addresses.append(address)
            }
            unsafe next = entry.ai_next
        }
        return addresses
    }

    private static func address(of entry: addrinfo) -> SocketAddress? {
        guard let raw = unsafe UnsafeRawPointer(entry.ai_addr) else { return nil }
        switch (unsafe entry.ai_family, unsafe Int(entry.ai_addrlen)) {
        case (AF_INET, MemoryLayout<sockaddr_in>.size...):
            return SocketAddress(unsafe raw.loadUnaligned(as: sockaddr_in.self))
        case (AF_INET6, MemoryLayout<sockaddr_in6>.size...):
            return SocketAddress(unsafe raw.loadUnaligned(as: sockaddr_in6.self))
        default:
            return nil
        }
    }
}
