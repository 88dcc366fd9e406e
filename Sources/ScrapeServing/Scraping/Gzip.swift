// SPDX-License-Identifier: Apache-2.0

internal import CScrapeServing
internal import NIOCore

extension ByteBuffer {
    /// The smallest body that compression makes faster to transfer; a smaller one fits into one packet anyhow.
    private static let minimumCompressedBytes = 1024

    /// Some bytes in the gzip format; nil where that is not worth it, or cannot be had.
    init?(gzip bytes: [UInt8]) {
        guard bytes.count >= Self.minimumCompressedBytes else { return nil }
        let room = css_gzip_bound(bytes.count)
        self.init()
        let written = unsafe writeWithUnsafeMutableBytes(minimumWritableBytes: room) { target in
            unsafe bytes.withUnsafeBufferPointer { source in
                guard let from = source.baseAddress, let to = unsafe target.bindMemory(to: UInt8.self).baseAddress
                else { return 0 }
                return unsafe css_gzip(from, source.count, to, target.count)
            }
        }
        guard written > 0 else { return nil }
        // The bound is about the size of the source: an answer that waits for its reader would hold all of it.
        self = ByteBuffer(bytes: readableBytesView)
    }
}
