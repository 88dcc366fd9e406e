// SPDX-License-Identifier: Apache-2.0

import KernelTestSupport
import Testing

@testable import SocketStatistics

struct EphemeralPortsTests {
    private static func ports(_ ports: EphemeralPorts) -> [UInt16] {
        (0...UInt16.max).filter { ports.contains($0) }
    }

    @Test(
        arguments: [
            (32768...60999, [], [32768...60999]),
            (0...65535, [], [0...65535]),
            (40000...40000, [], [40000...40000]),
            (40000...40009, [40000...40000, 40003...40005], [40001...40002, 40006...40009]),
            (40000...40009, [1...39999, 40001...40001, 40009...65535], [40000...40000, 40002...40008]),
            (40000...40009, [0...65535], []),
            (40000...40009, [1...40000, 40009...65535], [40001...40008]),
            (
                40000...40009, [40001...40002, 40004...40004, 40007...50000],
                [40000...40000, 40003...40003, 40005...40006]
            ),
            (7...7, [], [7...7]),
        ] as [(ClosedRange<UInt16>, [ClosedRange<UInt16>], [ClosedRange<UInt16>])])
    func areTheRangeWithoutThoseReserved(
        _ range: ClosedRange<UInt16>, _ reserved: [ClosedRange<UInt16>], _ expected: [ClosedRange<UInt16>]
    ) {
        let ports = EphemeralPorts(range, reserved: reserved)
        #expect(Self.ports(ports) == expected.flatMap { Array($0) })
        #expect(ports.count == expected.map(\.count).reduce(0) { $0 + UInt64($1) })
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
