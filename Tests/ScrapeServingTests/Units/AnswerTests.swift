// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1
import Testing

@testable import ScrapeServing

@Suite struct AnswerTests {
    @Test(arguments: [
        (HTTPParserError.headerOverflow, 431), (.invalidVersion, 505), (.invalidMethod, 400), (.unknown, 400),
    ])
    func `a request that cannot be read is refused with a fitting status`(error: HTTPParserError, code: Int) {
        #expect(Answer.refusal(of: error).status.code == UInt(code))
    }

    @Test func `the head carries date, length and end`() {
        let answer = Answer.tooManyRequests(limit: 3)
        let head = answer.head(version: .http1_1, isLast: true, date: "now")
        #expect(head.headers["content-length"] == ["\(answer.body.readableBytes)"])
        #expect(head.headers["connection"] == ["close"])
        #expect(head.headers["date"] == ["now"])
        #expect(!answer.head(version: .http1_1, isLast: false, date: "").headers.contains(name: "connection"))
        #expect(String(buffer: answer.body) == "Limit of concurrent requests reached (3), try again later.\n")
    }
}
