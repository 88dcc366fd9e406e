// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import NIOCore
internal import NIOHTTP1

/// Answers the requests of a connection: does what a ``RequestStateMachine`` says.
final class RequestHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let server: ServerState
    private var machine: RequestStateMachine
    /// What the scrape under way is known by.
    private var ticket: Int?

    init(server: ServerState) {
        self.server = server
        self.machine = RequestStateMachine(bodyLimit: server.limits.bodyBytes)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        perform(machine.closed(), context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch Self.unwrapInboundIn(data) {
        case .head(let head): perform(machine.headArrived(received(head)), context)
        case .body(let part): perform(machine.bodyArrived(bytes: part.readableBytes), context)
        case .end: perform(machine.endArrived(), context)
        }
    }

    private func received(_ head: HTTPRequestHead) -> ReceivedRequest {
        let passage = server.gate.judge(head)
        let decision = passage.refusal.map(RequestDecision.answer) ?? server.routes.decide(head, at: .now)
        return ReceivedRequest(head, passage, decision: decision)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ConnectionEvent.answerWritten: perform(machine.answersSent(), context)
        case ConnectionEvent.clientLeft: perform(machine.clientLeft(), context)
        case ConnectionEvent.serverStops, ChannelEvent.inputClosed: perform(machine.takesNoMore(), context)
        default: break
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        perform(machine.failed(), context)
    }
}

// MARK: - Actions

extension RequestHandler {
    private func perform(_ actions: [RequestStateMachine.Action], _ context: ChannelHandlerContext) {
        for action in actions {
            switch action {
            case .countRequest: server.statistics.requestBegan()
            case .serve(let request): serve(request, context)
            case .freeSlot: server.slots.release()
            case .abandon: abandon()
            case .send(let answer, let request, let isLast): send(answer, to: request, isLast: isLast, context)
            case .countEnded(let count): server.statistics.requestsEnded(count)
            case .finish: context.triggerUserOutboundEvent(ExchangeEvent.finished, promise: nil)
            }
        }
    }

    private func serve(_ request: ReceivedRequest, _ context: ChannelHandlerContext) {
        context.triggerUserOutboundEvent(ExchangeEvent.began, promise: nil)
        guard let check = request.check else {
            carryOut(request.decision, context)
            return
        }
        check(context.eventLoop).hop(to: context.eventLoop).assumeIsolated().whenComplete { result in
            switch result {
            case .success(nil): self.carryOut(request.decision, context)
            case .success(let refusal?): self.perform(self.machine.answered(refusal), context)
            case .failure: self.perform(self.machine.answered(.stopping), context)
            }
        }
    }

    private func carryOut(_ decision: RequestDecision, _ context: ChannelHandlerContext) {
        switch decision {
        case .answer(let answer):
            perform(machine.answered(answer), context)
        case .metrics(let scrape, let contentType):
            answer(scrape, context) { .metrics($0, contentType: contentType) }
        case .landingPage(let scrape):
            answer(scrape, context, makeAnswer: Answer.landingPage)
        }
    }

    private func answer(
        _ scrape: Scrape, _ context: ChannelHandlerContext, makeAnswer: @escaping (CodedBody) -> Answer
    ) {
        guard machine.isServing else { return }
        guard server.slots.take() else {
            perform(machine.answered(.tooManyRequests(limit: server.slots.limit)), context)
            return
        }
        perform(machine.tookSlot(), context)
        let (ticket, body) = server.worker.body(for: scrape)
        self.ticket = ticket
        body.assumeIsolated().whenComplete { result in
            self.ticket = nil
            let answer: Answer =
                switch result {
                case .success(let body): makeAnswer(body)
                case .failure(ScrapeWorker.Failure.busy): .busy
                case .failure: .stopping
                }
            self.perform(self.machine.answered(answer), context)
        }
    }

    private func abandon() {
        guard let ticket else { return }
        self.ticket = nil
        server.worker.leave(ticket)
    }

    private func send(
        _ answer: Answer, to request: ReceivedRequest, isLast: Bool, _ context: ChannelHandlerContext
    ) {
        server.statistics.answered(code: answer.status.code)
        if answer.status.code >= 400 {
            server.logger.debug(
                "request refused", metadata: ["request": "\(request.summary)", "status": "\(answer.status.code)"])
        }
        let head = answer.head(
            version: request.version, isLast: isLast, date: server.clock.date, added: request.addedFields)
        context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
        if !request.isHead {
            context.write(Self.wrapOutboundOut(.body(.byteBuffer(answer.body))), promise: nil)
        }
        // What follows may be delivered within the write of the end.
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: nil)
        context.triggerUserOutboundEvent(isLast ? ExchangeEvent.finished : .answered, promise: nil)
    }
}
