// SPDX-License-Identifier: Apache-2.0

import Glibc
import KernelTestSupport
import Testing

/// UDP sockets as the executable tells them, beside ss.
@Suite(.enabled(if: Privilege.runsRootTests, "needs root for a network namespace"))
struct UDPTests {
    /// The walk of the kernel's table needs Linux 6.2.
    private static let sources =
        Privilege.runsBPFTests && TestKernel.isAtLeast(6, 2) ? ["netlink", "bpf"] : ["netlink"]
    private static let success = #"socket_scrape_collector_success{collector="udp"}"#
    private static let foldedPorts = #"socket_exporter_folded_series_total{metric="socket_udp_drops_total"}"#

    /// A socket with a small buffer, and one that sends to it.
    private struct Full {
        var receiver: UDPTestSocket?
        let sender: UDPTestSocket
        let port: UInt16

        init(_ address: TestSocket.Address = .ipv4, sending count: Int) throws {
            let receiver = try UDPTestSocket.bound(address)
            try receiver.set(SO_RCVBUF, 4096)
            self.receiver = receiver
            port = receiver.port
            sender = try UDPTestSocket.connected(address, to: port)
            try sender.send(count)
        }
    }

    /// For each family: a socket with datagrams that wait, one that dropped some, the two that sent them, and one that has
    /// no port and so is in no count.
    private struct Population {
        var sockets: [UDPTestSocket] = []
        var full: [Full] = []

        init() throws {
            for address in [TestSocket.Address.ipv4, .ipv6] {
                let receiver = try UDPTestSocket.bound(address)
                let sender = try UDPTestSocket.connected(address, to: receiver.port)
                try sender.send(3)
                sockets += [receiver, sender, try UDPTestSocket(address)]
                full.append(try Full(address, sending: 50))
            }
        }
    }

    /// What the exporter tells of UDP at a scrape, and ss of the same moment, IPv4 first.
    private static func besideSS(_ exporter: ExporterProcess) throws -> (scrape: Exposition, ss: [SSUDPReport]) {
        func reports() throws -> [SSUDPReport] { try [false, true].map { try SSUDPReport(ipv6: $0) } }
        var before = try reports()
        for _ in 0..<50 {
            let scrape = Exposition(try exporter.get("/metrics"))
            let after = try reports()
            if before == after {
                return (scrape, after)
            }
            before = after
        }
        throw TestSystemError("a quiet moment among 50 observations", ETIMEDOUT)
    }

    /// The series of drops, by `family port`.
    private static func drops(_ scrape: Exposition) -> [String: Double] {
        let series = scrape.samples.compactMap { key, value in
            key.firstMatch(of: /^socket_udp_drops_total{family="(\w+)",port="(\d+)"}$/)
                .map { ("\($0.1) \($0.2)", value) }
        }
        return Dictionary(uniqueKeysWithValues: series)
    }

    /// The drops that ss tells, in the same form.
    private static func drops(_ reports: [SSUDPReport]) -> [String: Double] {
        let series = zip(["ipv4", "ipv6"], reports).flatMap { family, report in
            report.drops.map { ("\(family) \($0.key)", Double($0.value)) }
        }
        return Dictionary(uniqueKeysWithValues: series)
    }

    @Test(arguments: sources)
    func theNumbersAreThoseOfSS(_ source: String) throws {
        try TestThread.inNetworkNamespace {
            var population = try Population()
            let exporter = try ExporterProcess(["--source", source])
            let first = Exposition(try exporter.get("/metrics"))
            let (scrape, reports) = try Self.besideSS(exporter)

            #expect(scrape[Self.success] == 1)
            let reason = source == "bpf" ? "best available" : "requested"
            #expect(scrape["socket_exporter_udp_source_info{source=\"\(source)\",reason=\"\(reason)\"}"] == 1)
            for (family, ss) in zip(["ipv4", "ipv6"], reports) {
                #expect(ss.sockets == ["ESTAB": 2, "UNCONN": 2])
                #expect(ss.receiveQueueBytes > 3000)
                let states = ["established": "ESTAB", "close": "UNCONN"].mapValues { ss.sockets[$0].map { Double($0) } }
                for (state, sockets) in states {
                    #expect(scrape["socket_udp_sockets{family=\"\(family)\",state=\"\(state)\"}"] == sockets)
                }
                #expect(
                    scrape["socket_udp_receive_queue_bytes{family=\"\(family)\"}"] == Double(ss.receiveQueueBytes))
                #expect(scrape["socket_udp_send_queue_bytes{family=\"\(family)\"}"] == Double(ss.sendQueueBytes))
            }

            // Eight ports; those without drops have no series at the first scrape.
            let told = Self.drops(reports)
            #expect(told.count == 8)
            #expect(Self.drops(scrape) == told)
            let dropping = told.filter { $0.value > 0 }
            #expect(Self.drops(first) == dropping)
            #expect(Set(dropping.keys) == Set(zip(["ipv4", "ipv6"], population.full).map { "\($0) \($1.port)" }))
            #expect(scrape["socket_udp_receive_buffer_errors_total"] == dropping.values.reduce(0, +))
            #expect(scrape[Self.foldedPorts] == 0)

            // A port without a socket has no series.
            let gone = population.full[0].port
            population.full[0].receiver = nil
            let (last, remaining) = try Self.besideSS(exporter)
            #expect(Self.drops(remaining)["ipv4 \(gone)"] == nil)
            #expect(Self.drops(last) == told.filter { $0.key != "ipv4 \(gone)" })
            withExtendedLifetime(population) {}
        }
    }

    /// The ports without series are counted, once for each scrape that left them out.
    @Test(arguments: sources)
    func theLimitOfPortsIsKept(_ source: String) throws {
        try TestThread.inNetworkNamespace {
            let quiet = try (0..<3).map { _ in try UDPTestSocket.bound() }
            let more = try Full(sending: 60)
            let fewer = try Full(sending: 20)
            let exporter = try ExporterProcess(["--source", source, "--collector.udp.port-limit", "1"])

            let first = Exposition(try exporter.get("/metrics"))
            let second = Exposition(try exporter.get("/metrics"))
            for (scrape, folded) in [(first, 1), (second, 1 + 6)] {
                #expect(Set(Self.drops(scrape).keys) == ["ipv4 \(more.port)"])
                #expect(scrape[Self.foldedPorts] == Double(folded))
            }

            // The port that drops datagrams now takes the place of the one with the most drops.
            let drops = try #require(SSUDPReport(ipv6: false).drops[fewer.port]) + 5
            try fewer.sender.send(5)
            var told: [UInt16: UInt64] = [:]
            for _ in 0..<10_000 where told[fewer.port] != drops {
                usleep(1000)
                told = try SSUDPReport(ipv6: false).drops
            }
            #expect(try #require(told[more.port]) > drops)
            let third = Exposition(try exporter.get("/metrics"))
            #expect(Self.drops(third) == ["ipv4 \(fewer.port)": Double(drops)])
            withExtendedLifetime((quiet, more, fewer)) {}
        }
    }

    /// Without a scrape before there is no counter.
    @Test(arguments: sources)
    func oneScrapeHasAllButTheDrops(_ source: String) throws {
        let output = try TestThread.inNetworkNamespace {
            let population = try Population()
            return try withExtendedLifetime(population) {
                try ExporterProcess.run(["--once", "--source", source]).output
            }
        }
        let scrape = Exposition(output)
        #expect(scrape[Self.success] == 1)
        for family in ["ipv4", "ipv6"] {
            #expect(scrape["socket_udp_sockets{family=\"\(family)\",state=\"established\"}"] == 2)
            #expect(scrape["socket_udp_sockets{family=\"\(family)\",state=\"close\"}"] == 2)
        }
        #expect(Self.drops(scrape).isEmpty)
    }

    @Test func itCanBeDisabled() throws {
        let output = try ExporterProcess.run(["--once", "--no-collector.udp"]).output
        #expect(!output.contains("\nsocket_udp_sockets") && !output.contains("collector=\"udp\""))
    }

    /// The rest of the scrape is there without it.
    @Test func withoutNetlinkItFailsAlone() throws {
        let outcome = try TestThread.withoutNetlink { try ExporterProcess.run(["--once", "--source", "proc"]) }
        #expect(outcome.exitCode == 0)
        let scrape = Exposition(outcome.output)
        #expect(scrape[Self.success] == 0)
        #expect(scrape[#"socket_scrape_collector_success{collector="tcp"}"#] == 1)
        #expect(!outcome.output.contains("\nsocket_udp_sockets"))
        let lines = outcome.errors.split(separator: "\n").filter { $0.contains("collector=udp") }
        #expect(lines.count == 1)
        #expect(lines.first?.contains("AF_NETLINK") == true, "\(outcome.errors)")
    }
}
