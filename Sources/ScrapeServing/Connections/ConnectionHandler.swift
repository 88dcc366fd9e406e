// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import NIOCore

/// Guards what a connection takes of time and memory, and closes it so that the client can still read the last answer.
///
/// It stands next to the socket: it sees the bytes before they are decoded and after they are encoded. The handler of
/// requests tells it about exchanges with ``ExchangeEvent`` and hears from it with ``ConnectionEvent``.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    private enum State {
        /// A request is awaited; what arrives is decoded.
        case receiving
        /// A request is complete, and its answer awaited.
        case serving
        /// The answer was handed over; another request may follow.
        case answered
        /// The last answer was handed over; what arrives is discarded.
        case finished
        /// The last answer is sent and the output closed; the client should close now.
        case lingering

        var takesInput: Bool { self == .receiving || self == .serving || self == .answered }
    }

    /// Writes are cut to this size, so that a slow client is seen to take one after the other.
    private static let sliceBytes = 64 * 1024

    private let limits: ConnectionLimits
    private let registry: ConnectionRegistry
    private let turns: Turns
    private let logger: Logger
    private var state = State.receiving
    private var input = ConnectionInput()
    private var isDecoding = false
    private var waitsForTurn = false
    private var pendingWrites = 0
    private(set) var unsentBytes = 0
    private var timer: ConnectionTimer?
    private var context: ChannelHandlerContext?

    init(limits: ConnectionLimits, registry: ConnectionRegistry, turns: Turns, logger: Logger) {
        self.limits = limits
        self.registry = registry
        self.turns = turns
        self.logger = logger
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        timer = ConnectionTimer(limits, eventLoop: context.eventLoop) { expiry in
            self.logger.debug("connection timed out", metadata: ["waited_for": "\(expiry)"])
            self.close()
        }
        registry.insert(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        input.discard()
        timer?.cancel()
        timer = nil
        registry.remove(self)
    }
}

// MARK: - What arrives

extension ConnectionHandler: TakesTurns {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard state.takesInput else { return }
        guard input.append(Self.unwrapInboundIn(data)) else {
            logger.debug("connection closed: too many requests at once")
            close()
            return
        }
        if input.isWithinRequest {
            waitForTurn()
        } else if !waitsForTurn {
            decode(context: context)
        }
    }

    func takeTurn() {
        waitsForTurn = false
        if let context { decode(context: context) }
    }

    /// Decodes a piece: of most requests, all. What follows has to wait for another turn, and for the answer where the
    /// piece completed a request.
    private func decode(context: ChannelHandlerContext) {
        guard !isDecoding, context.channel.isActive else { return }
        if state == .receiving, let piece = input.nextPiece() {
            isDecoding = true
            timer?.update { $0.received(at: $1) }
            context.fireChannelRead(Self.wrapInboundOut(piece))
            isDecoding = false
        }
        input.decoded(at: context.eventLoop.now)
        guard input.isEmpty else {
            if state == .receiving { waitForTurn() }
            return
        }
        if state.takesInput, input.takesClosed() {
            context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        }
        if input.takesRead() { context.read() }
    }

    /// Not immediately: a connection with many requests, answered by another thread as fast as they are sent, would
    /// leave no time for others.
    private func goOn(context: ChannelHandlerContext) {
        if input.isEmpty {
            decode(context: context)
        } else if state == .receiving {
            waitForTurn()
        }
    }

    private func waitForTurn() {
        guard !waitsForTurn else { return }
        waitsForTurn = true
        turns.add(self)
    }

    func read(context: ChannelHandlerContext) {
        if input.read() { context.read() }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        // The handlers behind no longer ask for more, but only who reads hears that the client has closed.
        if state == .lingering { context.read() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event as? ChannelEvent == .inputClosed else {
            context.fireUserInboundEventTriggered(event)
            return
        }
        let isHeardNow = input.close()
        switch state {
        case .receiving, .serving, .answered:
            timer?.update { $0.clientLeft(at: $1) }
            context.fireUserInboundEventTriggered(ConnectionEvent.clientLeft)
            if isHeardNow { context.fireUserInboundEventTriggered(event) }
            if state == .serving, registry.isStopping { close() }
        case .finished: break
        case .lingering: close()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        logger.debug("connection failed", metadata: ["error": "\(sentence(of: error))"])
        close()
    }
}

// MARK: - What is sent

extension ConnectionHandler {
    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .byteBuffer(var rest) = Self.unwrapOutboundIn(data) else {
            context.write(data, promise: promise)
            return
        }
        while rest.readableBytes > Self.sliceBytes, let slice = rest.readSlice(length: Self.sliceBytes) {
            write(slice, context: context, promise: nil)
        }
        write(rest, context: context, promise: promise)
    }

    private func write(_ bytes: ByteBuffer, context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        let written = promise ?? context.eventLoop.makePromise()
        let count = bytes.readableBytes
        written.futureResult.assumeIsolated().whenComplete { self.sliceEnded($0, bytes: count) }
        if pendingWrites == 0 { timer?.update { $0.outputProgressed(at: $1, isPending: true) } }
        pendingWrites += 1
        unsentBytes += count
        registry.unsentBytesChanged(by: count, of: self, at: context.eventLoop.now)
        context.write(Self.wrapOutboundOut(.byteBuffer(bytes)), promise: written)
    }

    private func sliceEnded(_ result: Result<Void, any Error>, bytes: Int) {
        pendingWrites -= 1
        unsentBytes -= bytes
        registry.unsentBytesChanged(by: -bytes, of: self, at: .now())
        // Where it was not written, the connection is closing.
        guard case .success = result else { return }
        timer?.update { $0.outputProgressed(at: $1, isPending: pendingWrites > 0) }
        continueIfAllIsSent()
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard let event = event as? ExchangeEvent else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        promise?.succeed()
        guard state.takesInput else { return }
        switch event {
        case .began:
            state = .serving
            input.requestCompleted()
            timer?.update { $0.exchangeBegan(at: $1) }
        case .answered:
            state = .answered
        case .finished:
            state = .finished
            input.discard()
            // Keep reading: a client may not read our answer until it has sent everything.
            if input.takesRead() { self.context?.read() }
        }
        continueIfAllIsSent()
    }

    private func continueIfAllIsSent() {
        guard pendingWrites == 0, let context else { return }
        switch state {
        case .receiving, .serving, .lingering:
            break
        case .answered:
            state = .receiving
            timer?.update { $0.exchangeEnded(at: $1) }
            context.fireUserInboundEventTriggered(ConnectionEvent.answerWritten)
            goOn(context: context)
        case .finished:
            state = .lingering
            context.fireUserInboundEventTriggered(ConnectionEvent.answerWritten)
            linger(context: context)
        }
    }

    /// Closes the output and waits for the client to do the same: a socket that is closed while bytes of the client
    /// wait in it resets the connection, and the client may lose the answer.
    private func linger(context: ChannelHandlerContext) {
        guard !input.isClosed else {
            close()
            return
        }
        timer?.update { $0.lingers(at: $1) }
        context.close(mode: .output, promise: nil)
        context.read()
    }
}

// MARK: - The registry's view

extension ConnectionHandler: RegisteredConnection {
    private var deadlines: ConnectionDeadlines? { timer?.deadlines }

    var expendableSince: NIODeadline? {
        // Measured from the start of a request, not from its last byte: the slowest client is closed, not the newest.
        guard !input.isWithinRequest else { return deadlines?.idleSince }
        return deadlines?.leftSince ?? deadlines?.stalledSince ?? input.undecodedSince ?? deadlines?.idleSince
    }

    var hasClientLeft: Bool { deadlines?.leftSince != nil }

    var stalledSince: NIODeadline? { deadlines?.stalledSince }

    func close() {
        context?.close(promise: nil)
    }

    func stop() {
        switch state {
        case .receiving where input.isEmpty && deadlines?.idleSince != nil: close()
        // Most clients that have closed their side are gone, and nobody is to wait for their answers.
        case .serving where input.isClosed: close()
        case .receiving, .serving, .answered: context?.fireUserInboundEventTriggered(ConnectionEvent.serverStops)
        case .finished, .lingering: break
        }
    }
}
