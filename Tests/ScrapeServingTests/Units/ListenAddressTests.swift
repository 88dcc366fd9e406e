// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ScrapeServing

@Suite struct ListenAddressTests {
    @Test(arguments: [
        (":8090", ListenAddress.Endpoint.tcp(host: "", port: 8090)),
        (":0", .tcp(host: "", port: 0)),
        ("localhost:65535", .tcp(host: "localhost", port: 65535)),
        ("127.0.0.1:9100", .tcp(host: "127.0.0.1", port: 9100)),
        ("[::1]:8090", .tcp(host: "::1", port: 8090)),
        ("[fe80::1%eth0]:80", .tcp(host: "fe80::1%eth0", port: 80)),
        ("unix:/run/exporter.sock", .unix(path: "/run/exporter.sock")),
        ("unix:/run/with:colon", .unix(path: "/run/with:colon")),
    ])
    func `reads an address and writes it the same`(text: String, endpoint: ListenAddress.Endpoint) throws {
        let address = try ListenAddress(text)
        #expect(address.endpoint == endpoint)
        #expect(address.description == text)
    }

    @Test(arguments: [
        ("", "the address is empty"),
        ("8090", "the port is missing"),
        ("localhost", "the port is missing"),
        ("localhost:", "'' is not a port, which is a number from 0 to 65535"),
        (":65536", "'65536' is not a port, which is a number from 0 to 65535"),
        (":-1", "'-1' is not a port, which is a number from 0 to 65535"),
        (":+1", "'+1' is not a port, which is a number from 0 to 65535"),
        (":http", "'http' is not a port, which is a number from 0 to 65535"),
        (":٣", "'٣' is not a port, which is a number from 0 to 65535"),
        ("::1:8090", "an IPv6 address must be in brackets"),
        ("[::1]", "the port is missing"),
        ("[::1]8090", "an IPv6 address must be in brackets"),
        ("[]:80", "'' is not an IPv6 address"),
        ("[localhost]:80", "'localhost' is not an IPv6 address"),
        ("[:: 1]:80", "':: 1' is not an IPv6 address"),
        ("a host:80", "'a host' is not a host"),
        ("http://host:80", "a URL is not an address; give host:port, without scheme and path"),
        ("https://[::1]:80/", "a URL is not an address; give host:port, without scheme and path"),
        ("a:1,b:2", "these are several addresses; give them one at a time"),
        (":1,:2", "these are several addresses; give them one at a time"),
        ("unix:", "the path of a Unix domain socket must start with '/'"),
        ("unix:relative", "the path of a Unix domain socket must start with '/'"),
        ("unix:/a\0b", "the path of a Unix domain socket must have at most 103 bytes, none of them zero"),
        (
            "unix:/" + String(repeating: "a", count: 103),
            "the path of a Unix domain socket must have at most 103 bytes, none of them zero"
        ),
    ])
    func `names what is wrong and what is expected`(text: String, reason: String) {
        let error = #expect(throws: ScrapeServerError.self) { try ListenAddress(text) }
        #expect(error?.code == .invalidListenAddress)
        #expect(
            error?.description
                == "invalid listen address '\(text)': \(reason); expected host:port, [IPv6]:port, :port or unix:/path")
    }

    @Test func `the port is nil for a Unix domain socket`() throws {
        #expect(try ListenAddress("unix:/a").port == nil)
        #expect(try ListenAddress(":1").port == 1)
    }

    @Test func `an address can be made of its parts`() throws {
        #expect(try ListenAddress.tcp(host: "::1", port: 8090) == ListenAddress("[::1]:8090"))
        #expect(try ListenAddress.tcp(host: "", port: 0) == ListenAddress(":0"))
        #expect(try ListenAddress.tcp(host: "localhost", port: 65535) == ListenAddress("localhost:65535"))
        #expect(try ListenAddress.unix(path: "/run/a") == ListenAddress("unix:/run/a"))
    }

    @Test(arguments: [
        ("[::1]", "'[::1]' is not an IPv6 address"), ("a host", "'a host' is not a host"),
        ("a/b", "'a/b' is not a host"), ("a\0", "'a\0' is not a host"), (":: 1", "':: 1' is not an IPv6 address"),
        ("a,b", "these are several addresses; give them one at a time"),
    ])
    func `a host that is none is refused`(host: String, reason: String) {
        let error = #expect(throws: ScrapeServerError.self) { try ListenAddress.tcp(host: host, port: 1) }
        #expect(error?.code == .invalidListenAddress)
        #expect(error?.description.contains("': \(reason); expected ") == true)
    }

    @Test(arguments: ["", "relative", "/a\0b", "/" + String(repeating: "a", count: 103)])
    func `a path that is none is refused`(path: String) {
        let error = #expect(throws: ScrapeServerError.self) { try ListenAddress.unix(path: path) }
        #expect(error?.code == .invalidListenAddress)
    }
}
