// SPDX-License-Identifier: Apache-2.0

internal import NIOHTTP1

/// Follows the requests of a connection, which are answered one after the other, and says what is to be done.
///
/// A request that arrives while the answer before it is still being sent has to wait, so that a client that does not
/// read cannot make the server pile up answers.
struct RequestStateMachine {
    /// What is to be done, in order. More may happen while an answer is written: it finds the state as it is
    /// afterwards.
    enum Action {
        /// A request has begun.
        case countRequest
        /// Begin to work on a request, which ends with ``answered(_:)``.
        case serve(ReceivedRequest)
        /// Give back the slot of the request.
        case freeSlot
        /// Stop working on the request: nobody waits for its answer any more.
        case abandon
        /// Write an answer.
        case send(Answer, to: ReceivedRequest, isLast: Bool)
        /// So many requests have ended: their answers are sent, or never will be.
        case countEnded(Int)
        /// Close the connection when all that was written is sent.
        case finish
    }

    private enum State {
        /// No request has begun.
        case ready
        /// The head has arrived; the end of the body is awaited.
        case receiving(ReceivedRequest, bodyBytes: Int)
        /// The request is complete; the answer before it is being sent.
        case waiting(ReceivedRequest)
        /// The request is being worked on.
        case serving(ReceivedRequest, holdsSlot: Bool)
        /// Nothing more will be answered.
        case over
    }

    private let bodyLimit: Int
    private var state = State.ready
    private var nextAnswerIsLast = false
    private var hasClientLeft = false
    /// Requests that have begun and whose answers are not yet sent.
    private var openRequests = 0
    /// Of those, the ones whose answers were handed over.
    private var unsentAnswers = 0

    /// - Parameter bodyLimit: How many bytes the body of a request may have.
    init(bodyLimit: Int) {
        self.bodyLimit = bodyLimit
    }
}

// MARK: - What arrives

extension RequestStateMachine {
    /// The head of a request has arrived.
    mutating func headArrived(_ request: ReceivedRequest) -> [Action] {
        guard case .ready = state else { return [] }
        openRequests += 1
        state = .receiving(request, bodyBytes: 0)
        if let declared = request.declaredBodyBytes, declared > bodyLimit {
            return [.countRequest] + refuseBody(of: request)
        }
        return [.countRequest] + (request.sendsBodyUnasked ? [] : complete(request))
    }

    /// A part of the body has arrived.
    mutating func bodyArrived(bytes: Int) -> [Action] {
        guard case .receiving(let request, let bodyBytes) = state else { return [] }
        guard bodyBytes + bytes <= bodyLimit else { return refuseBody(of: request) }
        state = .receiving(request, bodyBytes: bodyBytes + bytes)
        return []
    }

    /// The request is complete.
    mutating func endArrived() -> [Action] {
        guard case .receiving(let request, _) = state else { return [] }
        return complete(request)
    }

    /// The client sends no more requests, or the server takes no more: the answer under way is the last.
    mutating func takesNoMore() -> [Action] {
        nextAnswerIsLast = true
        return unsentAnswers == 0 ? finishIfReady() : []
    }

    /// The client has closed its side, and has probably given up.
    mutating func clientLeft() -> [Action] {
        hasClientLeft = true
        guard case .serving(let request, holdsSlot: true) = state else { return [] }
        state = .serving(request, holdsSlot: false)
        return [.freeSlot]
    }

    /// The connection cannot go on.
    mutating func failed() -> [Action] {
        defer { state = .over }
        guard case .serving(_, let holdsSlot) = state else { return [] }
        return (holdsSlot ? [.freeSlot] : []) + [.abandon]
    }

    /// The connection is closed.
    mutating func closed() -> [Action] {
        let actions = failed() + [.countEnded(openRequests)]
        (openRequests, unsentAnswers) = (0, 0)
        return actions
    }

    /// Answers a request whose body is too large without waiting for its end.
    private mutating func refuseBody(of request: ReceivedRequest) -> [Action] {
        nextAnswerIsLast = true
        return reply(.bodyTooLarge, to: request)
    }

    private mutating func complete(_ request: ReceivedRequest) -> [Action] {
        guard unsentAnswers == 0 else {
            state = .waiting(request)
            return []
        }
        return serve(request)
    }
}

// MARK: - Answers

extension RequestStateMachine {
    /// Whether a request is being worked on.
    var isServing: Bool { if case .serving = state { true } else { false } }

    /// The request that is being worked on has got one of the server's slots.
    ///
    /// It is given back when the answer is handed over, not when it is read: slow readers would keep others from being
    /// answered. It is also given back when the client has closed its side.
    mutating func tookSlot() -> [Action] {
        guard case .serving(let request, _) = state, !hasClientLeft else { return [.freeSlot] }
        state = .serving(request, holdsSlot: true)
        return []
    }

    /// There is an answer to the request that is being worked on.
    mutating func answered(_ answer: Answer) -> [Action] {
        guard case .serving(let request, let holdsSlot) = state else { return [] }
        return (holdsSlot ? [.freeSlot] : []) + reply(answer, to: request)
    }

    /// All that was handed over is sent.
    mutating func answersSent() -> [Action] {
        let ended = unsentAnswers
        openRequests -= ended
        unsentAnswers = 0
        var actions = [Action.countEnded(ended)]
        if nextAnswerIsLast { actions += finishIfReady() }
        if case .waiting(let request) = state { actions += serve(request) }
        return actions
    }

    private mutating func serve(_ request: ReceivedRequest) -> [Action] {
        state = .serving(request, holdsSlot: false)
        return [.serve(request)]
    }

    private mutating func reply(_ answer: Answer, to request: ReceivedRequest) -> [Action] {
        // No request is read after an invalid one.
        let isLast = nextAnswerIsLast || !request.permitsAnother || answer.status == .badRequest
        state = isLast ? .over : .ready
        unsentAnswers += 1
        return [.send(answer, to: request, isLast: isLast)]
    }

    private mutating func finishIfReady() -> [Action] {
        guard case .ready = state else { return [] }
        state = .over
        return [.finish]
    }
}
