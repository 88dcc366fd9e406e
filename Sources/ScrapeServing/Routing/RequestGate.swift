// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import NIOHTTP1

/// What stands before the routes: steps that let a request pass or answer it themselves, in their order.
///
/// Confined to the event loop. The order is: the Host field, a limit on the rate, configured header fields,
/// authentication.
struct RequestGate {
    let steps: [any GateStep]

    /// Judges a request by its head.
    func judge(_ request: HTTPRequestHead) -> GatePassage {
        var passage = GatePassage()
        for step in steps {
            switch step.judge(request, fields: &passage.fields) {
            case .pass: continue
            case .refuse(let answer): passage.refusal = answer
            case .check(let check): passage.check = check
            }
            return passage
        }
        return passage
    }
}

/// One step of a ``RequestGate``.
protocol GateStep {
    /// Judges a request by its head. It may add fields to the heads of all answers from here on, a refusal of its own
    /// included.
    func judge(_ request: HTTPRequestHead, fields: inout [Answer.Field]) -> GateVerdict
}

/// What a step of the gate says of a request.
enum GateVerdict {
    case pass
    case refuse(Answer)
    /// That takes time and another thread. It must be the last step.
    case check(GateCheck)
}

/// Decides elsewhere, and answers where the request is refused; nil lets it pass.
typealias GateCheck = @Sendable (any EventLoop) -> EventLoopFuture<Answer?>

/// How a request came through the gate.
struct GatePassage: Sendable {
    /// Fields for whatever answers the request.
    var fields: [Answer.Field] = []
    /// What answers it instead of a route.
    var refusal: Answer?
    /// What is to be asked before the route answers.
    var check: GateCheck?
}

/// Refuses a request that does not name its host as it must: once, from HTTP/1.1 on, and in the form of RFC 3986.
struct HostStep: GateStep {
    func judge(_ request: HTTPRequestHead, fields: inout [Answer.Field]) -> GateVerdict {
        request.namesHost ? .pass : .refuse(.invalidHost)
    }
}
