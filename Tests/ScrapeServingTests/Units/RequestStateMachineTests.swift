// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import Testing

@testable import ScrapeServing

@Suite struct RequestStateMachineTests {
    enum Event: Sendable {
        /// The head of a request, with what is not usual about it.
        case head(String, HTTPHeaders = [:], version: HTTPVersion = .http1_1)
        case body(Int)
        case end
        case slot
        case answer(HTTPResponseStatus)
        case sent
        case noMore
        case clientLeft
        case failed
        case closed
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let steps: [(event: Event, actions: String)]

        init(_ description: String, _ steps: [(Event, String)]) {
            self.testDescription = description
            self.steps = steps
        }
    }

    private func perform(_ event: Event, on machine: inout RequestStateMachine) -> [RequestStateMachine.Action] {
        switch event {
        case .head(let target, let headers, let version):
            let head = HTTPRequestHead(version: version, method: .GET, uri: target, headers: headers)
            return machine.headArrived(ReceivedRequest(head, decision: .answer(.busy)))
        case .body(let bytes): return machine.bodyArrived(bytes: bytes)
        case .end: return machine.endArrived()
        case .slot: return machine.tookSlot()
        case .answer(let status): return machine.answered(.text(status, ""))
        case .sent: return machine.answersSent()
        case .noMore: return machine.takesNoMore()
        case .clientLeft: return machine.clientLeft()
        case .failed: return machine.failed()
        case .closed: return machine.closed()
        }
    }

    private func text(_ action: RequestStateMachine.Action) -> String {
        switch action {
        case .countRequest: "count"
        case .serve(let request): "serve \(request.summary.dropFirst(4))"
        case .freeSlot: "free"
        case .abandon: "abandon"
        case .send(let answer, let request, let isLast):
            "send \(answer.status.code) to \(request.summary.dropFirst(4))" + (isLast ? " last" : "")
        case .countEnded(let count): "ended \(count)"
        case .finish: "finish"
        }
    }

    private static let served: [(Event, String)] = [(.head("/"), "count"), (.end, "serve /")]

    @Test(arguments: [
        Case("a request", served + [(.answer(.ok), "send 200 to /"), (.sent, "ended 1"), (.closed, "ended 0")]),
        Case(
            "a scrape holds a slot until it is answered",
            served + [(.slot, ""), (.answer(.ok), "free, send 200 to /"), (.sent, "ended 1")]),
        Case(
            "one request after the other",
            served + [(.answer(.ok), "send 200 to /"), (.sent, "ended 1")] + served
                + [(.answer(.notFound), "send 404 to /"), (.sent, "ended 1")]),
        Case(
            "a request waits until the answer before it is sent",
            served + [
                (.answer(.ok), "send 200 to /"), (.head("/a"), "count"), (.end, ""), (.sent, "ended 1, serve /a"),
                (.answer(.ok), "send 200 to /a"), (.sent, "ended 1"),
            ]),
        Case(
            "an answer that is sent while a head waits for its body",
            served + [
                (.answer(.ok), "send 200 to /"), (.head("/a"), "count"), (.sent, "ended 1"), (.body(5), ""),
                (.end, "serve /a"),
            ]),
        Case("a body up to the limit", [(.head("/"), "count"), (.body(60), ""), (.body(40), ""), (.end, "serve /")]),
        Case(
            "a body beyond the limit",
            [
                (.head("/"), "count"), (.body(60), ""), (.body(41), "send 413 to / last"), (.body(9), ""), (.end, ""),
                (.sent, "ended 1"), (.closed, "ended 0"),
            ]),
        Case(
            "a declared body beyond the limit",
            [(.head("/", ["Content-Length": "101"]), "count, send 413 to / last"), (.end, "")]),
        Case(
            "a client that waits to be asked for the body",
            [
                (.head("/", ["Expect": "100-continue", "Content-Length": "5"]), "count, serve /"),
                (.answer(.ok), "send 200 to / last"), (.body(5), ""), (.end, ""), (.head("/a"), ""),
            ]),
        Case(
            "HTTP 1.0",
            [(.head("/", version: .http1_0), "count"), (.end, "serve /"), (.answer(.ok), "send 200 to / last")]
        ),
        Case(
            "an invalid request is the last",
            served + [(.answer(.badRequest), "send 400 to / last"), (.head("/a"), ""), (.sent, "ended 1")]),
        Case("no more while nothing is under way", [(.noMore, "finish"), (.head("/"), ""), (.closed, "ended 0")]),
        Case(
            "no more while a request is served",
            served + [(.noMore, ""), (.answer(.ok), "send 200 to / last"), (.sent, "ended 1")]),
        Case(
            "no more while an answer is sent",
            served + [(.answer(.ok), "send 200 to /"), (.noMore, ""), (.sent, "ended 1, finish"), (.head("/"), "")]),
        Case(
            "no more while a request waits",
            served + [
                (.answer(.ok), "send 200 to /"), (.head("/a"), "count"), (.end, ""), (.noMore, ""),
                (.sent, "ended 1, serve /a"), (.answer(.ok), "send 200 to /a last"),
            ]),
        Case(
            "a client that leaves gives its slot back, and may still get its answer",
            served + [(.slot, ""), (.clientLeft, "free"), (.noMore, ""), (.answer(.ok), "send 200 to / last")]),
        Case(
            "a client that has left keeps no slot",
            [
                (.head("/"), "count"), (.clientLeft, ""), (.end, "serve /"), (.slot, "free"),
                (.closed, "abandon, ended 1"),
            ]
        ),
        Case(
            "a connection that closes", served + [(.slot, ""), (.closed, "free, abandon, ended 1"), (.answer(.ok), "")]),
        Case(
            "it fails while a request is read",
            [(.head("/"), "count"), (.failed, ""), (.end, ""), (.closed, "ended 1")]),
        Case(
            "it fails while a request is served",
            served + [(.slot, ""), (.failed, "free, abandon"), (.answer(.ok), ""), (.closed, "ended 1")]),
        Case(
            "it closes while answers are not sent",
            served + [
                (.answer(.ok), "send 200 to /"), (.head("/a"), "count"), (.end, ""), (.closed, "ended 2"),
                (.sent, "ended 0"),
            ]),
        Case("an answer to nothing", [(.answer(.ok), ""), (.slot, "free"), (.sent, "ended 0")]),
    ])
    func `actions`(_ test: Case) {
        var machine = RequestStateMachine(bodyLimit: 100)
        for (index, step) in test.steps.enumerated() {
            let actions = perform(step.event, on: &machine).map(text).joined(separator: ", ")
            #expect(actions == step.actions, "step \(index): \(step.event)")
        }
    }
}
