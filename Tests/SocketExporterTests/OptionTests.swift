// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ScrapeServing
import SocketMetrics
import SocketStatistics
import SystemPackage
import Testing

@testable import SocketExporter

struct OptionTests {
    private let program = SocketWalkProgram()

    private func parse(_ arguments: [String]) throws -> SocketExporterCommand {
        try #require(try SocketExporterCommand.parseAsRoot(arguments) as? SocketExporterCommand)
    }

    @Test func defaults() throws {
        let command = try parse([])
        #expect(command.web.configuration.listenAddresses.map(\.description) == [":8090"])
        #expect(command.web.telemetryPath == "/metrics")
        #expect(command.web.maxRequests == 40)
        #expect(!command.web.disableExporterMetrics)
        #expect(command.source.candidates(program).map(\.kind) == [.bpf, .netlink, .proc])
        #expect(command.source.udpCandidates(program).map(\.kind) == [.bpf, .netlink])
        #expect(!command.source.allNamespaces)
        #expect(command.series.limits == SeriesLimits())
        #expect(command.source.procfs == "/proc")
        #expect(command.log.level == .info)
        #expect(command.log.format == .logfmt)
        #expect(!command.once.once)
        #expect(command.once.timeout == nil)
        #expect(command.collectors.isEnabled(\.tcp) && command.collectors.isEnabled(\.sockstat))
        #expect(command.collectors.isEnabled(\.udp))
        #expect(command.source.unixCandidates.map(\.kind) == [.netlink])
        #expect(command.collectors.isEnabled(\.unix))
        #expect(command.collectors.isEnabled(\.limits))
        #expect(command.collectors.isEnabled(\.netstat) && !command.collectors.hasNodeNames)
    }

    @Test func theLimitsOfSeriesReachTheirDimensions() throws {
        let limits = try parse([
            "--collector.tcp.port-limit", "1", "--collector.tcp.listener-limit", "2", "--netns.limit", "3",
            "--collector.udp.port-limit", "4", "--collector.unix.listener-limit", "5",
        ]).series.limits
        let expected: SeriesLimits = [
            .ports: 1, .listeners: 2, .namespaces: 3, .udpNamespaces: 3, .udpPorts: 4, .unixListeners: 5,
        ]
        #expect(limits == expected)
    }

    @Test func listenAddressesReplaceTheDefaultAndAddUp() throws {
        let command = try parse(["--web.listen-address", "[::1]:9000", "--web.listen-address=unix:/run/x.sock"])
        #expect(command.web.configuration.listenAddresses.map(\.description) == ["[::1]:9000", "unix:/run/x.sock"])
    }

    @Test(arguments: [("0660", 0o660), ("600", 0o600), ("0777", 0o777), ("0", 0)])
    func unixSocketModes(_ text: String, _ mode: UInt32) throws {
        #expect(try parse(["--web.unix-socket-mode", text]).web.configuration.unixSocketMode == mode)
    }

    @Test(arguments: [
        ("auto", [SourceKind.bpf, .netlink, .proc]), ("bpf", [.bpf]), ("netlink", [.netlink]), ("proc", [.proc]),
    ])
    func sources(_ name: String, _ kinds: [SourceKind]) throws {
        #expect(try parse(["--source", name]).source.candidates(program).map(\.kind) == kinds)
    }

    @Test(arguments: [
        ([], true, true), (["--no-collector.tcp"], false, true), (["--collector.disable-defaults"], false, false),
        (["--collector.disable-defaults", "--collector.tcp"], true, false),
        (["--collector.tcp", "--no-collector.sockstat", "--collector.disable-defaults"], true, false),
    ])
    func collectors(_ arguments: [String], _ tcp: Bool, _ sockstat: Bool) throws {
        let options = try parse(arguments).collectors
        #expect(options.isEnabled(\.tcp) == tcp)
        #expect(options.isEnabled(\.sockstat) == sockstat)
        #expect(options.isEnabled(\.limits) == !arguments.contains("--collector.disable-defaults"))
    }

    @Test(arguments: [
        ([], true, false), (["--no-collector.netstat"], false, false), (["--collector.node-names"], true, true),
        (["--no-collector.node-names"], true, false), (["--collector.disable-defaults"], false, false),
        (["--collector.disable-defaults", "--collector.node-names"], false, true),
    ])
    func kernelCollectors(_ arguments: [String], _ netstat: Bool, _ nodeNames: Bool) throws {
        let options = try parse(arguments).collectors
        #expect(options.isEnabled(\.netstat) == netstat)
        #expect(options.hasNodeNames == nodeNames)
    }

    @Test(arguments: [("2", Duration.seconds(2)), ("0.5", .milliseconds(500)), ("86400", .seconds(86_400))])
    func timeouts(_ text: String, _ duration: Duration) throws {
        #expect(try parse(["--once", "--once.timeout", text]).once.timeout?.duration == duration)
    }

    @Test(arguments: [
        (["--bogus"], "--bogus"),
        (["stray"], "stray"),
        (["--web.listen-address", "nowhere"], "the port is missing"),
        (["--web.listen-address", ":70000"], "70000"),
        (["--web.max-requests", "-1"], "negative"),
        (["--web.max-requests", "many"], "many"),
        (["--web.telemetry-path", "metrics"], "'metrics'"),
        (["--web.telemetry-path", "/a?b"], "/a?b"),
        (["--web.telemetry-path", "/-/healthy"], "/-/healthy"),
        (["--log.level", "loud"], "loud"),
        (["--log.format", "xml"], "xml"),
        (["--source", "magic"], "magic"),
        (["--source", "proc", "--collector.tcp.bound-inactive"], "--collector.tcp.bound-inactive"),
        (["--source", "proc", "--netns.all"], "--netns.all"),
        (["--path.procfs", ""], "--path.procfs"), (["--netns", ""], "--netns"),
        (["--web.telemetry-path", "/é"], "/%C3%A9"), (["--web.telemetry-path", "/a\"b"], "/a%22b"),
        (["--web.unix-socket-mode", "0888"], "--web.unix-socket-mode"),
        (["--web.unix-socket-mode", "01777"], "--web.unix-socket-mode"), (["--web.unix-socket-mode", "+660"], "0660"),
        (["--web.unix-socket-mode", "rw"], "octal"), (["--web.unix-socket-mode", "-1"], "--web.unix-socket-mode"),
        (["--collector.tcp.port-limit", "-1"], "--collector.tcp.port-limit"),
        (["--collector.tcp.listener-limit", "10001"], "10001"),
        (["--netns.limit", "few"], "few"), (["--collector.udp.port-limit", "10001"], "--collector.udp.port-limit"),
        (["--collector.unix.listener-limit", "-1"], "--collector.unix.listener-limit"),
        (["--format", "table"], "--once"),
        (["--once.timeout", "1"], "--once"), (["--once", "--once.timeout", "0"], "--once.timeout"),
        (["--once", "--once.timeout", "1e3"], "--once.timeout"), (["--once", "--once.timeout", "."], "--once.timeout"),
        (["--once", "--once.timeout", "86401"], "--once.timeout"), (["--collector.nonsense"], "--collector.nonsense"),
        (["--no-collector.listeners"], "--no-collector.listeners"),
        (["--once", "--format", "pdf"], "pdf"),
    ])
    func wrongUsageIsNamed(_ arguments: [String], _ part: String) {
        let error = #expect(throws: (any Error).self) { try parse(arguments) }
        guard let error else { return }
        #expect(SocketExporterCommand.exitCode(for: error) == .validationFailure)
        #expect(SocketExporterCommand.message(for: error).contains(part))
    }
}
