// SPDX-License-Identifier: Apache-2.0

import Glibc
import NIOCore
import Synchronization
import Testing

@testable import ScrapeServer

@Suite(.timeLimit(.minutes(1))) struct EarlySocketTests {
    /// The address that a socket has, with the port that the system chose.
    private func boundAddress(_ descriptor: CInt) throws -> SocketAddress {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &size)
            }
        }
        try #require(result == 0)
        return SocketAddress(address)
    }

    @Test func `connections wait until the server runs`() async throws {
        let address = try ListenAddress("127.0.0.1:0")
        let early = try EarlySockets([address])
        let descriptor = try #require(early.sockets.withLock { $0.first?.descriptor })
        let target = try boundAddress(descriptor)
        let client = try await TestClient.connect(to: target)
        try await client.send("GET /-/ready HTTP/1.0\r\n\r\n")
        var configuration = ScrapeServer.Configuration()
        configuration.listenAddresses = [address]
        try await withServer(configuration, earlySockets: early) { server in
            #expect(server.addresses.map(\.port) == [target.port])
            #expect(await client.readToEnd().hasSuffix("Ready.\n"))
        }
    }

    @Test func `each address has its own, and each is taken once`() throws {
        let twice = try ListenAddress("127.0.0.1:0")
        let unix = try ListenAddress("unix:/no/such/directory/socket")
        let sockets = try EarlySockets([twice, unix, twice])
        let descriptors = [sockets.take(twice), sockets.take(twice)].compactMap(\.self)
        defer { for descriptor in descriptors { close(descriptor) } }
        #expect(Set(descriptors).count == 2)
        #expect(sockets.take(twice) == nil)
        #expect(sockets.take(unix) == nil)
    }

    @Test func `where one cannot be had all are given up`() throws {
        let socket = try EarlySockets([ListenAddress("127.0.0.1:0")])
        let descriptor = try #require(socket.take(ListenAddress("127.0.0.1:0")))
        defer { close(descriptor) }
        let taken = try ListenAddress("127.0.0.1:\(boundAddress(descriptor).port ?? 0)")
        let error = #expect(throws: ScrapeServerError.self) { try EarlySockets([ListenAddress("[::1]:0"), taken]) }
        #expect(error?.code == .addressInUse)
        #expect(error?.description.hasPrefix("cannot listen on \(taken): the port is in use") == true)
    }

    @Test(arguments: [
        ("192.0.2.1:0", ScrapeServerError.Code.addressNotAvailable), ("no-such-host.invalid:0", .nameNotResolved),
    ])
    func `an address that cannot be had is an error that names it`(
        address: String, code: ScrapeServerError.Code
    ) throws {
        let error = #expect(throws: ScrapeServerError.self) { try EarlySockets([ListenAddress(address)]) }
        #expect(error?.code == code)
        #expect(error?.description.contains(address) == true)
    }
}
