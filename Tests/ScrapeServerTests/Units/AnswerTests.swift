// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1
import Testing

@testable import ScrapeServer

@Suite struct AnswerTests {
    @Test(arguments: [(1024, false, true), (1023, false, false), (100_000, false, true), (100_000, true, false)])
    func `compression is for large bodies alone`(bytes: Int, isHead: Bool, expected: Bool) {
        let answer = Answer.metrics(ByteBuffer(repeating: 0x20, count: bytes), contentType: "text/plain")
        #expect(answer.isWorthCompressing(isHead: isHead) == expected)
    }

    @Test func `compression is for good answers alone`() {
        let text = String(repeating: "a", count: 2000)
        #expect(!Answer.text(.notFound, text).isWorthCompressing(isHead: false))
    }

    @Test(arguments: [
        (HTTPParserError.headerOverflow, 431), (.invalidVersion, 505), (.invalidMethod, 400), (.unknown, 400),
    ])
    func `a request that cannot be read is refused with a fitting status`(error: HTTPParserError, code: Int) {
        #expect(Answer.refusal(of: error).status.code == UInt(code))
    }

    @Test func `the head carries length and end`() {
        let answer = Answer.tooManyRequests(limit: 3)
        let head = answer.head(version: .http1_1, isLast: true)
        #expect(head.headers["content-length"] == ["\(answer.body.readableBytes)"])
        #expect(head.headers["connection"] == ["close"])
        #expect(!answer.head(version: .http1_1, isLast: false).headers.contains(name: "connection"))
        #expect(String(buffer: answer.body) == "Limit of concurrent requests reached (3), try again later.\n")
    }
}
