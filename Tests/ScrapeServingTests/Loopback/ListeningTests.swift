// SPDX-License-Identifier: Apache-2.0

import Glibc
import NIOCore
import Testing

@testable import ScrapeServing

@Suite(.timeLimit(.minutes(5))) struct ListeningTests {
    private func configuration(_ addresses: ListenAddress...) -> ScrapeServer.Configuration {
        var configuration = ScrapeServer.Configuration()
        configuration.listenAddresses = addresses
        return configuration
    }

    private func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    @Test func `every address is served, with the port that the system chose`() async throws {
        try await withServer(configuration(try .init("127.0.0.1:0"), try .init("localhost:0"))) { server in
            #expect(server.addresses.count == 2)
            for address in server.addresses {
                #expect(address.port != 0)
                let client = try await TestClient.connect(to: address.clientAddress)
                try await client.send("GET /-/ready HTTP/1.0\r\n\r\n")
                #expect(await client.readToEnd().hasSuffix("Ready.\n"))
            }
        }
    }

    @Test func `without a host both IPv6 and IPv4 are served`() async throws {
        try await withServer(configuration(try .init(":0"))) { server in
            let response = try await server.request("/-/ready")
            #expect(response?.status == 200)
            let port = try #require(server.addresses[0].port)
            // A host without IPv6 refuses to give the socket; it has nothing to be tested.
            if let client = try? await TestClient.connect(to: SocketAddress(ipAddress: "::1", port: port)) {
                try await client.send("GET /-/ready HTTP/1.0\r\n\r\n")
                #expect(await client.readToEnd().hasSuffix("Ready.\n"))
            }
        }
    }

    @Test func `a port in use is an error, and the other addresses are given up`() async throws {
        try await withServer { first in
            let taken = first.addresses[0]
            let error = await #expect(throws: ScrapeServerError.self) {
                try await withServer(configuration(try .init("127.0.0.1:0"), taken)) { _ in }
            }
            #expect(error?.code == .addressInUse)
            #expect(
                error?.description
                    == "cannot listen on \(taken): the port is in use; "
                    + "stop the program that listens there or choose another port"
            )
        }
    }

    @Test(arguments: [
        ("192.0.2.1:0", ScrapeServerError.Code.addressNotAvailable), ("no-such-host.invalid:0", .nameNotResolved),
        ("unix:/no/such/directory/socket", .invalidSocketPath), ("unix:/etc/passwd", .invalidSocketPath),
    ])
    func `an address that cannot be had is an error that names it`(
        address: String, code: ScrapeServerError.Code
    ) async throws {
        let error = await #expect(throws: ScrapeServerError.self) {
            try await withServer(configuration(try .init(address))) { _ in }
        }
        #expect(error?.code == code)
        #expect(error?.description.contains(address) == true)
    }

    @Test func `a Unix domain socket is served and its file removed in the end`() async throws {
        try await withDirectory { directory in
            let path = directory + "/socket"
            try await withServer(configuration(try .init("unix:\(path)"))) { server in
                #expect(exists(path))
                let response = try await server.request("/metrics")
                #expect(response?.status == 200)
            }
            #expect(!exists(path))
        }
    }

    @Test func `a socket file that was left behind is replaced`() async throws {
        try await withDirectory { directory in
            let path = directory + "/socket"
            let (descriptor, _) = try UnixSocketFile.listen(at: path, mode: 0o600, backlog: 1)
            close(descriptor)
            #expect(exists(path))
            try await withServer(configuration(try .init("unix:\(path)"))) { server in
                let response = try await server.request("/metrics")
                #expect(response?.status == 200)
            }
            #expect(!exists(path))
        }
    }

    @Test func `a socket that is served is an error, and stays`() async throws {
        try await withDirectory { directory in
            let address = try ListenAddress("unix:\(directory)/socket")
            try await withServer(configuration(address)) { first in
                let error = await #expect(throws: ScrapeServerError.self) {
                    try await withServer(configuration(address)) { _ in }
                }
                #expect(error?.code == .addressInUse)
                let response = try await first.request("/metrics")
                #expect(response?.status == 200)
            }
        }
    }

    @Test func `a file that took the place of the socket is left alone`() async throws {
        try await withDirectory { directory in
            let path = directory + "/socket"
            try await withServer(configuration(try .init("unix:\(path)"))) { _ in
                _ = unsafe unlink(path)
                let (descriptor, _) = try UnixSocketFile.listen(at: path, mode: 0o600, backlog: 1)
                close(descriptor)
            }
            #expect(exists(path))
            _ = unsafe unlink(path)
        }
    }
}
