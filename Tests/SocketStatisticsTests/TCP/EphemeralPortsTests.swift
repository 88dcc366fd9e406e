// SPDX-License-Identifier: Apache-2.0

import KernelTestSupport
import Testing

@testable import SocketStatistics

struct EphemeralPortsTests {
    private static func ports(_ ports: EphemeralPorts) -> [UInt16] {
        (0...UInt16.max).filter { ports.contains($0) }
    }

    /// The file of the range, that of reserved ports, and the ports.
    static let cases: [(String, String, [ClosedRange<UInt16>])] = [
        ("32768\t60999\n", "\n", [32768...60999]),
        ("32768\t60999\n", "", [32768...60999]),
        ("0 65535", "", [0...65535]),
        ("40000 40000\n", "\n", [40000...40000]),
        ("40000\t40009\n", "40000,40003-40005\n", [40001...40002, 40006...40009]),
        ("40000\t40009\n", "1-39999,40001,40009-65535\n", [40000...40000, 40002...40008]),
        ("40000\t40009\n", "0-65535\n", []),
    ]

    @Test(arguments: cases)
    func areTheRangeWithoutThoseReserved(_ range: String, _ reserved: String, _ expected: [ClosedRange<UInt16>]) throws
    {
        let ports = try #require(EphemeralPorts(range: range, reserved: reserved))
        #expect(Self.ports(ports) == expected.flatMap { Array($0) })
    }

    @Test(arguments: [
        "", "\n", "40000", "40000 x", "40001 40000", "-1 5", "0 65536", "1 2 3", "40000-40001",
        "1 18446744073709551616", String(repeating: "1", count: 100_000),
    ])
    func areNotKnownFromAnotherRange(_ range: String) {
        #expect(EphemeralPorts(range: range, reserved: "") == nil)
    }

    @Test(arguments: ["x", "5-", "-5", "9-5", "1-2-3", "65536", "1;2", String(repeating: "9", count: 100_000)])
    func areNotKnownFromOtherReservedPorts(_ reserved: String) {
        #expect(EphemeralPorts(range: "1 9", reserved: reserved) == nil)
    }

    @Test(.enabled(if: Privilege.runsRootTests, "needs root for a network namespace"))
    func areThoseOfTheThreadsNamespace() throws {
        let ports = try TestThread.inNetworkNamespace {
            _ = try Shell.output(
                """
                echo '40000 40009' > /proc/sys/net/ipv4/ip_local_port_range
                echo 40003,40005-40006 > /proc/sys/net/ipv4/ip_local_reserved_ports
                """)
            return try #require(EphemeralPorts.current)
        }
        #expect(Self.ports(ports) == [40000, 40001, 40002, 40004, 40007, 40008, 40009])
    }

    @Test func aListenerUsesItsPort() {
        func listener(_ port: UInt16) -> ListeningSocket {
            ListeningSocket(
                endpoint: Endpoint(IPAddress(ipv4: 0), port: port),
                listener: Listener(backlog: 0, backlogLimit: 1, drops: 0))
        }
        let use = TCPStatistics.EphemeralPortUse(
            busiestDestination: 5, usedPorts: 3, of: EphemeralPorts(40000...40009),
            listening: [40001, 40001, 40002, 40003, 80].map(listener)
        ) { $0 == 40003 }
        #expect(use == .init(portsInUse: 5, busiestDestination: 5))
    }
}
