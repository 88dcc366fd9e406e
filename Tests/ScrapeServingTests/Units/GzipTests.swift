// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1
import Testing

@testable import ScrapeServing

@Suite struct GzipTests {
    /// What another library makes of the compressed bytes.
    private func decompressed(_ buffer: ByteBuffer) throws -> String {
        try TestResponse(
            status: 200, headers: ["content-encoding": "gzip", "content-length": "\(buffer.readableBytes)"],
            body: buffer
        )
        .text
    }

    @Test(arguments: [1024, 1025, 65_536, 3_000_000])
    func `what is compressed comes back`(count: Int) throws {
        let repeating = [UInt8](repeating: 0x61, count: count)
        let random = (0..<count).map { _ in UInt8.random(in: 0x20..<0x7f) }
        for bytes in [repeating, random] {
            let compressed = try #require(ByteBuffer(gzip: bytes))
            #expect(try decompressed(compressed) == String(decoding: bytes, as: UTF8.self))
        }
    }

    @Test(arguments: [0, 1, 1023])
    func `what fits into a packet is not compressed`(count: Int) {
        #expect(ByteBuffer(gzip: [UInt8](repeating: 0x61, count: count)) == nil)
    }

    @Test func `a compressed answer holds no more memory than it needs`() throws {
        let compressed = try #require(ByteBuffer(gzip: [UInt8](repeating: 0x61, count: 1_000_000)))
        #expect(compressed.storageCapacity < 4 * compressed.readableBytes)
    }
}
