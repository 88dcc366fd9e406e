// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import Logging
internal import NIOCore
internal import NIOHTTP1

/// Answers the requests of a connection, one after the other.
///
/// A request that arrives while the answer before it is still being sent has to wait, so that a client that does not
/// read cannot make the server pile up answers.
final class RequestHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        /// No request has begun.
        case ready
        /// The head has arrived; the end of the body is awaited.
        case receiving(ReceivedRequest, bodyBytes: Int)
        /// The request is complete; the answer before it is being sent.
        case waiting(ReceivedRequest)
        /// The request is being worked on.
        case serving(ReceivedRequest)
        /// Nothing more will be answered.
        case over
    }

    private let server: ServerState
    private var state = State.ready
    private var nextAnswerIsLast = false
    private var holdsSlot = false
    /// Requests that have begun and whose answers are not yet sent.
    private var openRequests = 0
    /// Of those, the ones whose answers were handed over.
    private var unsentAnswers = 0

    init(server: ServerState) {
        self.server = server
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        state = .over
        releaseSlot()
        endRequests(openRequests)
    }
}

// MARK: - What arrives

extension RequestHandler {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (Self.unwrapInboundIn(data), state) {
        case (.head(let head), .ready):
            openRequests += 1
            server.statistics.requestBegan()
            let request = ReceivedRequest(head, decision: server.router.decide(head))
            state = .receiving(request, bodyBytes: 0)
            refuseBody(ofBytes: head.declaredBodyBytes ?? 0, to: request, context: context)
            if case .receiving = state, !request.sendsBodyUnasked { complete(request, context: context) }
        case (.body(let part), .receiving(let request, let bodyBytes)):
            let bodyBytes = bodyBytes + part.readableBytes
            state = .receiving(request, bodyBytes: bodyBytes)
            refuseBody(ofBytes: bodyBytes, to: request, context: context)
        case (.end, .receiving(let request, _)):
            complete(request, context: context)
        default:
            break
        }
    }

    /// Answers a request whose body is too large without waiting for its end.
    private func refuseBody(ofBytes bodyBytes: Int, to request: ReceivedRequest, context: ChannelHandlerContext) {
        guard bodyBytes > server.limits.bodyBytes else { return }
        nextAnswerIsLast = true
        send(.bodyTooLarge, to: request, context: context)
    }

    private func complete(_ request: ReceivedRequest, context: ChannelHandlerContext) {
        if unsentAnswers > 0 {
            state = .waiting(request)
        } else {
            serve(request, context: context)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ConnectionEvent.answerWritten:
            endRequests(unsentAnswers)
            continueAfterAnswer(context: context)
        case ConnectionEvent.serverStops, ChannelEvent.inputClosed:
            nextAnswerIsLast = true
            if unsentAnswers == 0 { finishIfReady(context: context) }
        default:
            break
        }
        context.fireUserInboundEventTriggered(event)
    }

    private func continueAfterAnswer(context: ChannelHandlerContext) {
        if nextAnswerIsLast { finishIfReady(context: context) }
        if case .waiting(let request) = state { serve(request, context: context) }
    }

    private func finishIfReady(context: ChannelHandlerContext) {
        guard case .ready = state else { return }
        state = .over
        context.triggerUserOutboundEvent(ExchangeEvent.finished, promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        state = .over
    }
}

// MARK: - Answers

extension RequestHandler {
    private func serve(_ request: ReceivedRequest, context: ChannelHandlerContext) {
        state = .serving(request)
        context.triggerUserOutboundEvent(ExchangeEvent.began, promise: nil)
        switch request.decision {
        case .answer(let answer):
            send(answer, to: request, context: context)
        case .metrics(let negotiated):
            render(.metrics(negotiated.format), for: request, context: context) { body in
                .metrics(body, contentType: negotiated.contentType)
            }
        case .landingPage:
            render(.landingPage, for: request, context: context, makeAnswer: Answer.landingPage)
        }
    }

    private func render(
        _ rendition: Rendition, for request: ReceivedRequest, context: ChannelHandlerContext,
        makeAnswer: @escaping (CodedBody) -> Answer
    ) {
        guard server.slots.take() else {
            send(.tooManyRequests(limit: server.slots.limit), to: request, context: context)
            return
        }
        holdsSlot = true
        let coded = CodedRendition(rendition: rendition, coding: request.coding)
        server.worker.body(for: coded).assumeIsolated().whenComplete { body in
            guard case .serving = self.state else { return }
            let answer = (try? body.get()).map(makeAnswer) ?? .stopping
            self.send(answer, to: request, context: context)
        }
    }

    private func send(_ answer: Answer, to request: ReceivedRequest, context: ChannelHandlerContext) {
        // No request is read after an invalid one.
        let isLast = nextAnswerIsLast || !request.permitsAnother || answer.status == .badRequest
        // What follows may be delivered within the write of the end.
        state = isLast ? .over : .ready
        releaseSlot()
        unsentAnswers += 1
        server.statistics.answered(code: answer.status.code)
        if answer.status.code >= 400 {
            server.logger.debug(
                "request refused", metadata: ["request": "\(request.summary)", "status": "\(answer.status.code)"])
        }
        let head = answer.head(version: request.version, isLast: isLast, date: server.clock.date)
        context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
        if !request.isHead {
            context.write(Self.wrapOutboundOut(.body(.byteBuffer(answer.body))), promise: nil)
        }
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: nil)
        context.triggerUserOutboundEvent(isLast ? ExchangeEvent.finished : .answered, promise: nil)
    }

    private func endRequests(_ count: Int) {
        server.statistics.requestsEnded(count)
        openRequests -= count
        unsentAnswers = 0
    }

    /// Called when the answer is handed over, not when it is read: slow readers would keep others from being answered.
    private func releaseSlot() {
        guard holdsSlot else { return }
        holdsSlot = false
        server.slots.release()
    }
}
