// SPDX-License-Identifier: Apache-2.0

internal import NIOHTTP1

/// What is kept of a request until it is answered.
struct ReceivedRequest: Sendable {
    let decision: RequestDecision
    /// What the gate asks before the decision is carried out.
    let check: GateCheck?
    /// Header fields that the gate adds to the answer.
    let addedFields: [Answer.Field]
    /// The method and the target, for the log.
    let summary: String
    let isHead: Bool
    let version: HTTPVersion
    let permitsAnother: Bool
    /// Whether the body follows by itself, so that it is to be read first; a client may wait to be asked for it.
    let sendsBodyUnasked: Bool
    /// The length of the body where the head tells it.
    let declaredBodyBytes: Int?

    init(_ head: HTTPRequestHead, _ passage: GatePassage = GatePassage(), decision: RequestDecision) {
        self.decision = decision
        self.check = passage.check
        self.addedFields = passage.fields
        self.summary = "\(head.method.rawValue) \(head.uri.prefix(200))"
        self.isHead = head.method == .HEAD
        self.version = head.version
        self.permitsAnother = head.permitsAnother
        self.sendsBodyUnasked = !head.headers.contains(name: "expect")
        self.declaredBodyBytes = head.declaredBodyBytes
    }
}
