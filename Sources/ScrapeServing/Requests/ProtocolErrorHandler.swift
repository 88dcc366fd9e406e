// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import NIOCore
internal import NIOHTTP1

/// Answers a request that cannot be read, and has the connection closed.
final class ProtocolErrorHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let statistics: HTTPStatistics
    private let clock: HTTPClock
    private let logger: Logger
    private var hasAnswered = false

    init(statistics: HTTPStatistics, clock: HTTPClock, logger: Logger) {
        self.statistics = statistics
        self.clock = clock
        self.logger = logger
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The decoder reports some errors twice.
        guard !hasAnswered else { return }
        hasAnswered = true
        logger.debug("request refused", metadata: ["error": "\(sentence(of: error))"])
        // The handler of requests must know first, so that it writes nothing after this.
        context.fireErrorCaught(error)
        if let error = error as? HTTPParserError {
            let answer = Answer.refusal(of: error)
            statistics.answered(code: answer.status.code)
            let head = answer.head(version: .http1_1, isLast: true, date: clock.date)
            context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
            context.write(Self.wrapOutboundOut(.body(.byteBuffer(answer.body))), promise: nil)
            context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: nil)
        }
        context.triggerUserOutboundEvent(ExchangeEvent.finished, promise: nil)
    }
}
