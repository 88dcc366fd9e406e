// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import ScrapeServing

@Suite struct RequestGateTests {
    /// A step with a verdict and a field of its own.
    private struct Step: GateStep {
        let name: String
        var verdict = GateVerdict.pass

        func judge(_ request: HTTPRequestHead, fields: inout [Answer.Field]) -> GateVerdict {
            fields.append(.init("X-Step", name))
            return verdict
        }
    }

    private static let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")

    @Test func `a request passes all steps, and its answer has their fields`() {
        let passage = RequestGate(steps: [Step(name: "1"), Step(name: "2")]).judge(Self.head)
        #expect(passage.refusal == nil)
        #expect(passage.check == nil)
        #expect(passage.fields.map(\.value) == ["1", "2"])
    }

    @Test func `the first step that refuses answers, without the fields of later ones`() {
        let refused = Answer.text(.tooManyRequests, "Too many.")
        let steps = [Step(name: "1"), Step(name: "2", verdict: .refuse(refused)), Step(name: "3")]
        let passage = RequestGate(steps: steps).judge(Self.head)
        #expect(passage.refusal == refused)
        #expect(passage.fields.map(\.value) == ["1", "2"])
    }

    @Test func `what takes time is asked later`() throws {
        let refused = Answer.text(.unauthorized, "Who are you?")
        let steps = [Step(name: "1", verdict: .check { $0.makeSucceededFuture(refused) })]
        let check = try #require(RequestGate(steps: steps).judge(Self.head).check)
        #expect(try check(EmbeddedEventLoop()).wait() == refused)
    }

    @Test(arguments: [
        (HTTPVersion.http1_1, [String](), 400), (.http1_1, ["a", "b"], 400), (.http1_1, [""], 200),
        (.http1_0, [], 200), (.http1_0, ["a"], 200), (.http1_0, ["a", "a"], 400), (.http1_1, ["a", "a"], 400),
        (.http1_1, ["a "], 200), (.http1_1, ["a\t \t"], 200), (.http1_1, [" \t"], 200),
        (.http1_1, ["a b"], 400), (.http1_0, ["a b"], 400), (.http1_1, ["a\tb"], 400), (.http1_1, ["a/b"], 400),
        (.http1_1, ["a@b"], 400), (.http1_1, ["a\\b"], 400), (.http1_1, ["é"], 400), (.http1_1, ["a\"b"], 400),
        (.http1_1, ["a,b"], 200), (.http1_1, ["[::1]:80"], 200), (.http1_1, ["a_b.example:80"], 200),
        (.http1_1, ["%61"], 200),
    ])
    func `HTTP 1.1 needs one Host, which names a host`(version: HTTPVersion, hosts: [String], expected: Int) {
        let headers = HTTPHeaders(hosts.map { ("Host", $0) })
        let head = HTTPRequestHead(version: version, method: .GET, uri: "/", headers: headers)
        let refusal = RequestGate(steps: [HostStep()]).judge(head).refusal
        #expect(Int(refusal?.status.code ?? 200) == expected)
    }
}
