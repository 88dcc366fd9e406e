// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SocketStatistics

struct TCPMemoryUnitTests {
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
