// SPDX-License-Identifier: Apache-2.0

import Glibc
import NIOCore
import Testing

@testable import ScrapeServing

@Suite struct ScrapeServerErrorTests {
    @Test(arguments: [
        (":80", EADDRINUSE, ScrapeServerError.Code.addressInUse, "the port is in use"),
        ("unix:/a", EADDRINUSE, .addressInUse, "the socket is in use"),
        (":80", EACCES, .permissionDenied, "CAP_NET_BIND_SERVICE"),
        (":8090", EACCES, .permissionDenied, "security policy"),
        ("unix:/a", EACCES, .permissionDenied, "the directory is not writable"),
        ("unix:/a", EROFS, .permissionDenied, "the directory is not writable"),
        ("192.0.2.1:80", EADDRNOTAVAIL, .addressNotAvailable, "not an address of this host"),
        ("[::1]:80", EAFNOSUPPORT, .addressNotAvailable, "does not support"),
        ("unix:/a/b", ENOENT, .invalidSocketPath, "the directory does not exist"),
        ("unix:/a", ENOTSOCK, .invalidSocketPath, "not a socket"),
        (":80", EMFILE, .system, "Too many open files (errno \(EMFILE))"),
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

    @Test(arguments: [(true, "try again, or give an IP address"), (false, "check the name or give an IP address")])
    func `a name that cannot be resolved for now is not to be corrected`(isTemporary: Bool, advice: String) throws {
        let failure = NameResolution.Failure(reason: "for a reason", isTemporary: isTemporary)
        let error = ScrapeServerError.nameNotResolved(try ListenAddress("a:1"), failure)
        #expect(error.code == .nameNotResolved)
        #expect(
            error.description
                == "cannot listen on a:1: the name of the host cannot be resolved (for a reason); \(advice)")
    }

    @Test(arguments: [
        "metrics", "", "/a b", "/a?b", "/a#b", "/-/healthy", "/-/ready", "/é", "/a\"b", "/a<b", "/a\\b", "/a\u{7f}",
        "/a\n",
        "/{a}", "/a|b", "/^", "/a%zz", "/%4", "/%", "/%%41", "/a/../b", "/.", "/a/.",
    ])
    func `a telemetry path that no request reaches is refused`(path: String) {
        var configuration = ScrapeServer.Configuration()
        configuration.telemetryPath = path
        let error = #expect(throws: ScrapeServerError.self) { try configuration.validate() }
        #expect(error?.code == .invalidTelemetryPath)
        #expect(error?.description.contains("'\(path)'") == true)
    }

    @Test(arguments: [("/é b", "/%C3%A9%20b"), ("/\u{7}", "/%07")])
    func `a telemetry path that requests have in another form is told that`(path: String, encoded: String) {
        var configuration = ScrapeServer.Configuration()
        configuration.telemetryPath = path
        let error = #expect(throws: ScrapeServerError.self) { try configuration.validate() }
        #expect(error?.description.hasSuffix("write it percent-encoded, '\(encoded)'") == true)
    }

    @Test func `a telemetry path that is too long is refused, in a short sentence`() {
        var configuration = ScrapeServer.Configuration()
        configuration.telemetryPath = "/" + String(repeating: "a", count: 20_000)
        let error = #expect(throws: ScrapeServerError.self) { try configuration.validate() }
        #expect(error?.code == .invalidTelemetryPath)
        #expect(error?.description.utf8.count ?? .max < 150)
    }

    @Test(arguments: [
        "/", "/metrics", "/a/b", "/%C3%A9", "/%41%5a", "//a", "/...", "/.a", "/a;b=c,d:e@f!$&'()*+~_.-",
        "/" + String(repeating: "a", count: 1023),
    ])
    func `other telemetry paths are taken`(path: String) throws {
        var configuration = ScrapeServer.Configuration()
        configuration.telemetryPath = path
        try configuration.validate()
    }
}
