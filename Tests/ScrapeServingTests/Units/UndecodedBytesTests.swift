// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import ScrapeServing

@Suite struct UndecodedBytesTests {
    private func pieces(_ parts: [String]) -> [String] {
        var undecoded = UndecodedBytes()
        for part in parts { undecoded.append(ByteBuffer(string: part)) }
        var pieces: [String] = []
        while let piece = undecoded.next() { pieces.append(String(buffer: piece)) }
        #expect(undecoded.isEmpty)
        return pieces
    }

    private static let short = "GET / HTTP/1.1\r\n\r\n"
    private static let long = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

    @Test(arguments: [
        ([""], []),
        (["GET"], ["GET"]),
        ([short], [short]),
        ([short + short], [short, short]),
        ([long + short + "GET /"], [long, short, "GET /"]),
        (["GET / HTTP", "/1.1\r\n\r", "\nG"], [short, "G"]),
        // The body of a request goes with the head of the next.
        (
            ["POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n" + "ab" + long],
            ["POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n", "ab" + long]
        ),
        // Bare line feeds end a line too, for all that is known here.
        (["GET / HTTP/1.1\nA: b\n\nmore"], ["GET / HTTP/1.1\nA: b\n\n", "more"]),
        // Empty lines that cannot end the head of a request are not worth a piece.
        (["\r\n\r\n\r\n" + short], ["\r\n\r\n\r\n" + short]),
        (
            [String(repeating: "\n", count: 40)],
            [String(repeating: "\n", count: 18), String(repeating: "\n", count: 18), "\n\n\n\n"]
        ),
        (["0\r\n\r\n" + short], ["0\r\n\r\n" + short]),
        // A carriage return alone is no line.
        (["GET / HTTP/1.1 long\n\r\r\nx"], ["GET / HTTP/1.1 long\n\r\r\nx"]),
        ([String(repeating: "a", count: 2500)], [1024, 1024, 452].map { String(repeating: "a", count: $0) }),
    ])
    func `pieces end with the head of a request`(parts: [String], expected: [String]) {
        #expect(pieces(parts) == expected)
    }

    @Test func `no byte is lost or moved, wherever the parts are cut`() {
        let all =
            Self.short + Self.long + "\r\n\n" + "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n\n\n\r\n\n" + Self.short
        for cut in 1..<all.utf8.count {
            let parts = [String(all.utf8.prefix(cut)) ?? "", String(all.utf8.dropFirst(cut)) ?? ""]
            #expect(pieces(parts).joined() == all)
        }
    }

    @Test func `a piece holds two requests at most`() {
        for piece in pieces([String(repeating: Self.short, count: 1000)]) { #expect(piece == Self.short) }
        let body = "POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\nx"
        for piece in pieces([String(repeating: body, count: 1000)]) {
            #expect(piece.ranges(of: "HTTP/1.1").count <= 2)
        }
    }
}
