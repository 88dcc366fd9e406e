// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SocketStatistics

struct IPAddressTests {
    @Test(arguments: [
        (0, "0.0.0.0"), (0x7f00_0001, "127.0.0.1"), (0xffff_ffff, "255.255.255.255"), (0x0a00_0100, "10.0.1.0"),
    ])
    func ipv4(_ number: UInt32, _ text: String) {
        #expect(IPAddress(ipv4: number).description == text)
    }

    @Test(
        arguments: [
            (0, "::"), (1, "::1"), (0xffff_7f00_0001, "::ffff:127.0.0.1"),
            (0x2001_0db8_0000_0000_0000_0000_0000_0001, "2001:db8::1"),
            (0x2001_0db8_0000_0001_0001_0001_0001_0001, "2001:db8:0:1:1:1:1:1"),
            (UInt128.max, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ] as [(UInt128, String)])
    func ipv6(_ number: UInt128, _ text: String) {
        #expect(IPAddress(ipv6: number).description == text)
    }

    @Test func theBytesOfAnIPv4AddressAreTheFirstFour() {
        let bytes: AddressBytes = (192, 0, 2, 7, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9)
        #expect(IPAddress(.ipv4, bytes) == IPAddress(ipv4: 0xc000_0207))
        #expect(IPAddress(.ipv6, bytes).description == "c000:207:909:909:909:909:909:909")
    }

    @Test func familiesDiffer() {
        #expect(IPAddress(ipv4: 1) != IPAddress(ipv6: 1))
        #expect(IPAddress(ipv4: 0xffff_ffff) < IPAddress(ipv6: 0))
        #expect(!(IPAddress(ipv6: 0) < IPAddress(ipv4: 0xffff_ffff)))
        #expect(IPAddress(ipv6: 1) < IPAddress(ipv6: 2))
    }

    @Test func endpointsAreInTheOrderOfTheirPorts() {
        let (four, six) = (IPAddress(ipv4: 0), IPAddress(ipv6: 0))
        let endpoints = [Endpoint(six, port: 80), Endpoint(four, port: 443), Endpoint(four, port: 80)].sorted()
        #expect(endpoints.map(\.description) == ["0.0.0.0:80", "[::]:80", "0.0.0.0:443"])
    }
}
