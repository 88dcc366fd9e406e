// SPDX-License-Identifier: Apache-2.0

import Glibc
import NIOCore
import Testing

@testable import ScrapeServer

@Suite struct ScrapeServerErrorTests {
    @Test(arguments: [
        (":80", EADDRINUSE, ScrapeServerError.Code.addressInUse, "the port is in use"),
        ("unix:/a", EADDRINUSE, .addressInUse, "the socket is in use"),
        (":80", EACCES, .permissionDenied, "CAP_NET_BIND_SERVICE"),
        (":8090", EACCES, .permissionDenied, "security policy"),
        ("unix:/a", EACCES, .permissionDenied, "the directory may not be written"),
        ("unix:/a", EROFS, .permissionDenied, "the directory may not be written"),
        ("192.0.2.1:80", EADDRNOTAVAIL, .addressNotAvailable, "not an address of this host"),
        ("[::1]:80", EAFNOSUPPORT, .addressNotAvailable, "does not support"),
        ("unix:/a/b", ENOENT, .invalidSocketPath, "the directory does not exist"),
        ("unix:/a", ENOTSOCK, .invalidSocketPath, "not a socket"),
        (":80", EMFILE, .system, "errno: \(EMFILE)"),
    ])
    func `says what is wrong, where, and what to do`(
        text: String, errno: Int32, code: ScrapeServerError.Code, part: String
    ) throws {
        let error = ScrapeServerError.cannotListen(
            on: try ListenAddress(text), IOError(errnoCode: errno, reason: "bind"))
        #expect(error.code == code)
        #expect(error.errno == errno)
        #expect(error.description.hasPrefix("cannot listen on \(text): "))
        #expect(error.description.contains(part))
    }

    @Test(arguments: ["metrics", "", "/a b", "/a?b", "/a#b", "/-/healthy", "/-/ready"])
    func `a telemetry path that no request reaches is refused`(path: String) {
        var configuration = ScrapeServer.Configuration()
        configuration.telemetryPath = path
        let error = #expect(throws: ScrapeServerError.self) { try configuration.validate() }
        #expect(error?.code == .invalidTelemetryPath)
        #expect(error?.description.contains("'\(path)'") == true)
    }

    @Test(arguments: ["/", "/metrics", "/a/b"])
    func `other telemetry paths are taken`(path: String) throws {
        var configuration = ScrapeServer.Configuration()
        configuration.telemetryPath = path
        try configuration.validate()
    }
}
