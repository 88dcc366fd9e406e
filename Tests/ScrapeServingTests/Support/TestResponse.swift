// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPCompression

/// A response as it came over the wire.
struct TestResponse {
    let status: Int
    let headers: HTTPHeaders
    let body: ByteBuffer

    /// The body, decompressed where the server compressed it.
    var text: String {
        get throws {
            guard headers.contains(name: "content-encoding") else { return String(buffer: body) }
            let channel = EmbeddedChannel(handler: NIOHTTPResponseDecompressor(limit: .none))
            let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: headers)
            try channel.writeInbound(HTTPClientResponsePart.head(head))
            try channel.writeInbound(HTTPClientResponsePart.body(body))
            try channel.writeInbound(HTTPClientResponsePart.end(nil))
            var text = ""
            while let part = try channel.readInbound(as: HTTPClientResponsePart.self) {
                if case .body(let bytes) = part { text += String(buffer: bytes) }
            }
            _ = try channel.finish()
            return text
        }
    }
}

/// Cuts responses out of what a connection receives.
struct ResponseReader {
    private var parts: AsyncStream<ByteBuffer>.AsyncIterator
    private var buffer = ByteBuffer()

    init(_ parts: AsyncStream<ByteBuffer>.AsyncIterator) {
        self.parts = parts
    }

    /// The next response; nil where the server closed the connection instead.
    mutating func next(toHead: Bool = false) async -> TestResponse? {
        while true {
            if let response = parse(toHead: toHead) { return response }
            guard let part = await parts.next() else { return nil }
            buffer.writeImmutableBuffer(part)
        }
    }

    private mutating func parse(toHead: Bool) -> TestResponse? {
        let bytes = buffer.readableBytesView
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        let headers = HTTPHeaders(
            lines.dropFirst().map { line in
                let parts = line.split(separator: ":", maxSplits: 1)
                return (String(parts[0]), parts[1].drop { $0 == " " }.description)
            })
        let length = toHead ? 0 : headers.first(name: "content-length").flatMap { Int($0) } ?? 0
        guard bytes.endIndex - end.upperBound >= length, let first = lines.first else { return nil }
        buffer.moveReaderIndex(to: end.upperBound)
        guard let body = buffer.readSlice(length: length) else { return nil }
        return TestResponse(status: Int(first.split(separator: " ")[1]) ?? 0, headers: headers, body: body)
    }
}
