// SPDX-License-Identifier: Apache-2.0

internal import NIOHTTP1

/// What is kept of a request until it is answered.
struct ReceivedRequest: Sendable {
    let decision: RequestDecision
    let isHead: Bool
    let version: HTTPVersion
    let permitsAnother: Bool
    /// Whether the body follows by itself, so that it is to be read first; a client may wait to be asked for it.
    let sendsBodyUnasked: Bool

    init(_ head: HTTPRequestHead, decision: RequestDecision) {
        self.decision = decision
        self.isHead = head.method == .HEAD
        self.version = head.version
        self.permitsAnother = head.permitsAnother
        self.sendsBodyUnasked = !head.headers.contains(name: "expect")
    }
}
