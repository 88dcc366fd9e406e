// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SocketStatistics

struct LocalPortRangeTests {
    @Test(
        arguments: [
            (32768...60999, [], 28_232), (0...65535, [], 65_536), (40000...40009, [40003...40003], 9),
            (40000...40009, [1...39999, 40010...65535], 10), (40000...40009, [1...40000, 40009...65535], 8),
            (40000...40009, [40000...40009], 0), (40000...40009, [1...65535], 0), (7...7, [], 1),
            (40000...40009, [40001...40002, 40004...40004, 40007...50000], 4),
        ] as [(ClosedRange<UInt16>, [ClosedRange<UInt16>], UInt64)])
    func reservedPortsOfTheRangeAreLeftOut(
        _ range: ClosedRange<UInt16>, _ reserved: [ClosedRange<UInt16>], _ count: UInt64
    ) {
        #expect(LocalPortRange(range: range, reserved: reserved).count == count)
    }

    @Test(
        arguments: [
            (4096, nil, 4096), (4096, "5.10.0", 4096), (65536, "6.1.0-42-arm64", 65536), (65536, "5.19.17", 4096),
            (16384, "5.10.0-9-arm64", 4096), (16384, "10.0", 16384), (16384, nil, 16384), (16384, "", 16384),
            (16384, "unknown", 16384), (16384, "6", 16384),
        ] as [(UInt64, String?, UInt64)])
    func memoryIsCountedInPages(_ pageSize: UInt64, _ release: String?, _ bytes: UInt64) {
        #expect(TCPMemoryUnit.bytes(pageSize: pageSize, release: release) == bytes)
    }
}
