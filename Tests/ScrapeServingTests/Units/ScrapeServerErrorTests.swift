// SPDX-License-Identifier: Apache-2.0

import Exposition
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

    @Test func `the default configuration is valid, and listens on the loopback interface`() throws {
        let configuration = ScrapeServer.Configuration()
        try configuration.validate()
        #expect(configuration.listenAddresses.map(\.description) == ["127.0.0.1:8090"])
    }

    struct Change: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let make: @Sendable (inout ScrapeServer.Configuration) -> Void

        init(_ sentence: String, _ make: @escaping @Sendable (inout ScrapeServer.Configuration) -> Void) {
            self.testDescription = sentence
            self.make = make
        }
    }

    @Test(arguments: [
        Change("maxRequests is -1; give 0 for no limit, or more") { $0.maxRequests = -1 },
        Change("limits.openConnections is 0; give 1 or more") { $0.limits.openConnections = 0 },
        Change("limits.headerBytes is 0; give 1 or more") { $0.limits.headerBytes = 0 },
        Change("limits.bodyBytes is -1; give 0 or more") { $0.limits.bodyBytes = -1 },
        Change("limits.unsentBytes is -1; give 0 or more") { $0.limits.unsentBytes = -1 },
        Change("limits.requestTimeout is 0.0 seconds; give more than 0 seconds") { $0.limits.requestTimeout = .zero },
        Change("limits.idleTimeout is 0.0 seconds; give more than 0 seconds") { $0.limits.idleTimeout = .zero },
        Change("limits.writeTimeout is -1.0 seconds; give more than 0 seconds") {
            $0.limits.writeTimeout = .seconds(-1)
        },
        Change("limits.gracePeriod is -1.0 seconds; give 0 seconds or more") { $0.limits.gracePeriod = .seconds(-1) },
        Change("the mode 01000 of Unix domain sockets has other bits than permissions; give 0 to 0777") {
            $0.unixSocketMode = 0o1000
        },
    ])
    func `a limit, a time or a mode out of its range is refused`(change: Change) throws {
        var configuration = ScrapeServer.Configuration()
        change.make(&configuration)
        let error = #expect(throws: ScrapeServerError.self) { try configuration.validate() }
        #expect(error?.code == .invalidLimit)
        #expect(error?.description == change.testDescription)
    }

    @Test func `the least that is sensible is taken`() throws {
        var configuration = ScrapeServer.Configuration()
        (configuration.maxRequests, configuration.unixSocketMode) = (0, 0)
        configuration.limits.openConnections = 1
        configuration.limits.headerBytes = 1
        (configuration.limits.bodyBytes, configuration.limits.unsentBytes) = (0, 0)
        configuration.limits.requestTimeout = .nanoseconds(1)
        configuration.limits.gracePeriod = .zero
        try configuration.validate()
    }

    @Test func `no address, and one that is none, are refused`() throws {
        var configuration = ScrapeServer.Configuration()
        configuration.listenAddresses = []
        let error = #expect(throws: ScrapeServerError.self) { try configuration.validate() }
        #expect(error?.code == .invalidListenAddress)
        let server = ScrapeServer(Registry(), host: "http://localhost")
        let other = #expect(throws: ScrapeServerError.self) { try server.configuration.validate() }
        #expect(other?.code == .invalidListenAddress)
    }
}
