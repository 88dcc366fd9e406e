// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Exposition
import Foundation
import Glibc
import Logging
import NIOCore
import Synchronization
import Testing

@testable import ScrapeServing

@Suite(.timeLimit(.minutes(5))) struct ListeningSocketsTests {
    private func configuration(_ addresses: String...) throws -> ScrapeServer.Configuration {
        var configuration = ScrapeServer.Configuration()
        configuration.listenAddresses = try addresses.map { try ListenAddress($0) }
        return configuration
    }

    private func open(_ configuration: ScrapeServer.Configuration) throws -> ListeningSockets {
        let sockets = ListeningSockets()
        try sockets.openTCP(configuration)
        try sockets.openUnix(configuration)
        return sockets
    }

    /// A socket of another program, so to speak, and its port.
    private func taken() throws -> (ListeningSockets, port: Int) {
        let sockets = ListeningSockets()
        try sockets.openTCP(configuration("127.0.0.1:0"))
        let own = sockets.take()
        let port = try #require(chosenPort(own[0].descriptor))
        return (ListeningSockets(own), port)
    }

    private func chosenPort(_ descriptor: CInt) -> Int? {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &size)
            }
        }
        return result == 0 ? Int(in_port_t(bigEndian: address.sin_port)) : nil
    }

    @Test func `connections wait until a server without Swift concurrency runs, and it stops when it is to`()
        async throws
    {
        let configuration = try configuration("127.0.0.1:0")
        let (listening, continuation) = AsyncStream.makeStream(of: [ListenAddress].self)
        let sockets = ListeningSockets()
        try sockets.openTCP(configuration)
        let own = sockets.take()
        let port = try #require(chosenPort(own[0].descriptor))
        let client = try await TestClient.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: port))
        try await client.send("GET /-/ready HTTP/1.0\r\n\r\n")
        let server = ScrapeServer(
            Registry(), configuration: configuration, logger: silentLogger, onListening: { continuation.yield($0) })
        let stop = DispatchSemaphore(value: 0)
        let result = await withCheckedContinuation { ended in
            Thread.detachNewThread {
                ended.resume(
                    returning: Result {
                        try server.run(ListeningSockets(own), until: { stop.wait() }, interrupt: { stop.signal() })
                    })
            }
            Task {
                let addresses = await listening.first { _ in true }
                #expect(addresses?.map(\.port) == [port])
                #expect(await client.readToEnd().hasSuffix("Ready.\n"))
                stop.signal()
            }
        }
        #expect(throws: Never.self) { try result.get() }
        await #expect(throws: (any Error).self) {
            try await TestClient.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: port))
        }
    }

    @Test func `where one cannot be had all are given up`() throws {
        let (other, port) = try taken()
        withExtendedLifetime(other) {
            let error = #expect(throws: ScrapeServerError.self) {
                _ = try open(configuration("[::1]:0", "127.0.0.1:\(port)"))
            }
            #expect(error?.code == .addressInUse)
            #expect(error?.description.hasPrefix("cannot listen on 127.0.0.1:\(port): the port is in use") == true)
        }
    }

    @Test(
        .serialized,
        arguments: [
            ("127.0.0.1", "127.0.0.1"), ("127.0.0.1", "localhost"), ("", "127.0.0.1"), ("127.0.0.1", ""),
            ("0.0.0.0", "127.0.0.2"), ("127.0.0.2", "0.0.0.0"), ("", ""), ("", "[::1]"), ("[::]", "0.0.0.0"),
            ("[::ffff:127.0.0.1]", "127.0.0.1"), ("127.0.0.1", "[::ffff:127.0.0.1]"), ("0.0.0.0", "[::ffff:127.0.0.3]"),
        ])
    func `two addresses that collide are named as such`(first: String, second: String) throws {
        // Below those that the system gives away; one case at a time, so that no two have the same.
        let port = Int.random(in: 20_000..<32_000)
        let (one, two) = ("\(first):\(port)", "\(second):\(port)")
        let error = #expect(throws: ScrapeServerError.self) { try open(configuration(one, two)) }
        #expect(error?.code == .addressInUse)
        #expect(
            error?.description
                == "cannot listen on \(two): it conflicts with the address \(one), which was given too; remove one of them"
        )
    }

    @Test func `addresses of the same port that do not collide are not blamed for another program`() throws {
        let (other, port) = try taken()
        withExtendedLifetime(other) {
            let error = #expect(throws: ScrapeServerError.self) {
                _ = try open(configuration("127.0.0.2:\(port)", "127.0.0.1:\(port)"))
            }
            #expect(error?.description.contains("stop the program that listens there") == true)
        }
    }

    @Test func `two paths of the same file collide`() async throws {
        try await withDirectory { directory in
            let (one, two) = ("unix:\(directory)/a", "unix:\(directory)/./a")
            let error = #expect(throws: ScrapeServerError.self) { try open(configuration(one, two)) }
            #expect(
                error?.description
                    == "cannot listen on \(two): it conflicts with the address \(one), which was given too; remove one of them"
            )
        }
    }

    @Test(arguments: [0o660, 0o600, 0o666, 0o777, 0])
    func `a file has the permissions that were asked for, less the umask`(mode: UInt32) async throws {
        try await withDirectory { directory in
            var configuration = try configuration("unix:\(directory)/a")
            configuration.unixSocketMode = mode
            let sockets = try open(configuration)
            var status = stat()
            try #require(unsafe lstat("\(directory)/a", &status) == 0)
            let mask = umask(0)
            umask(mask)
            #expect(status.st_mode & 0o7777 == mode & ~mask)
            withExtendedLifetime(sockets) {}
        }
    }

    @Test(arguments: [
        ("192.0.2.1:0", ScrapeServerError.Code.addressNotAvailable), ("no-such-host.invalid:0", .nameNotResolved),
    ])
    func `an address that cannot be had is an error that names it`(
        address: String, code: ScrapeServerError.Code
    ) throws {
        let error = #expect(throws: ScrapeServerError.self) { try open(configuration(address)) }
        #expect(error?.code == code)
        #expect(error?.description.contains(address) == true)
    }
}
