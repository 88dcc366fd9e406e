// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import NIOHTTP1

/// What is kept of a request until it is answered.
struct ReceivedRequest: Sendable {
    let decision: RequestDecision
    /// The method and the target, for the log.
    let summary: String
    let isHead: Bool
    /// How the body of the answer may be coded.
    let coding: ContentCoding
    let version: HTTPVersion
    let permitsAnother: Bool
    /// Whether the body follows by itself, so that it is to be read first; a client may wait to be asked for it.
    let sendsBodyUnasked: Bool

    init(_ head: HTTPRequestHead, decision: RequestDecision) {
        self.decision = decision
        self.summary = "\(head.method.rawValue) \(head.uri.prefix(200))"
        self.isHead = head.method == .HEAD
        self.coding = ContentCoding(acceptEncoding: head.headers["accept-encoding"])
        self.version = head.version
        self.permitsAnother = head.permitsAnother
        self.sendsBodyUnasked = !head.headers.contains(name: "expect")
    }
}
