// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import NIOCore

/// Guards the time that a connection takes, and closes it so that the client can still read the last answer.
///
/// It stands next to the socket: it sees the bytes before they are decoded and after they are encoded. The handler of
/// requests tells it about exchanges with ``ExchangeEvent`` and hears from it with ``ConnectionEvent``.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    private enum State {
        /// A request is awaited or under way.
        case open
        /// An answer was handed over; another request may follow.
        case answered
        /// The last answer was handed over; what arrives is discarded.
        case finished
        /// The last answer is sent and the output closed; the client should close now.
        case lingering
    }

    /// Writes are cut to this size, so that a slow client is seen to take one after the other.
    private static let sliceBytes = 64 * 1024

    private let limits: ConnectionLimits
    private let registry: ConnectionRegistry
    private let logger: Logger
    private var state = State.open
    private var isInputClosed = false
    private var pendingWrites = 0
    private var deadlines: ConnectionDeadlines?
    private var alarm: (deadline: NIODeadline, task: Scheduled<Void>)?
    private var context: ChannelHandlerContext?

    init(limits: ConnectionLimits, registry: ConnectionRegistry, logger: Logger) {
        self.limits = limits
        self.registry = registry
        self.logger = logger
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        deadlines = ConnectionDeadlines(limits, accepted: context.eventLoop.now)
        registry.insert(self)
        setAlarm()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        alarm?.task.cancel()
        registry.remove(self)
    }
}

// MARK: - What arrives

extension ConnectionHandler {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard state == .open || state == .answered else { return }
        update { $0.received(at: $1) }
        context.fireChannelRead(data)
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
        isInputClosed = true
        switch state {
        case .open, .answered: context.fireUserInboundEventTriggered(event)
        case .finished: break
        case .lingering: close()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        logger.debug("connection failed", metadata: ["error": "\(error)"])
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
        written.futureResult.assumeIsolated().whenComplete { _ in self.sliceWasWritten() }
        if pendingWrites == 0 { update { $0.outputProgressed(at: $1, isPending: true) } }
        pendingWrites += 1
        context.write(Self.wrapOutboundOut(.byteBuffer(bytes)), promise: written)
    }

    private func sliceWasWritten() {
        pendingWrites -= 1
        update { $0.outputProgressed(at: $1, isPending: pendingWrites > 0) }
        continueIfAllIsSent()
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard let event = event as? ExchangeEvent else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        promise?.succeed()
        guard state == .open || state == .answered else { return }
        switch event {
        case .began: update { deadlines, _ in deadlines.exchangeBegan() }
        case .answered: state = .answered
        case .finished: state = .finished
        }
        continueIfAllIsSent()
    }

    private func continueIfAllIsSent() {
        guard pendingWrites == 0, let context else { return }
        switch state {
        case .open, .lingering:
            break
        case .answered:
            state = .open
            update { $0.exchangeEnded(at: $1) }
            context.fireUserInboundEventTriggered(ConnectionEvent.answerWritten)
        case .finished:
            state = .lingering
            context.fireUserInboundEventTriggered(ConnectionEvent.answerWritten)
            linger(context: context)
        }
    }

    /// Closes the output and waits for the client to do the same: a socket that is closed while bytes of the client
    /// wait in it resets the connection, and the client may lose the answer.
    private func linger(context: ChannelHandlerContext) {
        guard !isInputClosed else {
            close()
            return
        }
        update { $0.lingers(at: $1) }
        context.close(mode: .output, promise: nil)
        context.read()
    }
}

// MARK: - Time

extension ConnectionHandler {
    private func update(_ change: (inout ConnectionDeadlines, NIODeadline) -> Void) {
        guard let context, var deadlines else { return }
        change(&deadlines, context.eventLoop.now)
        self.deadlines = deadlines
        setAlarm()
    }

    /// Sees to it that the handler wakes up at the next deadline, or earlier: a deadline that moves away, as most do,
    /// leaves the alarm as it is.
    private func setAlarm() {
        guard let context, let next = deadlines?.next?.deadline else { return }
        if let alarm {
            guard next < alarm.deadline else { return }
            alarm.task.cancel()
        }
        let task = context.eventLoop.assumeIsolated().scheduleTask(deadline: next) { self.wakeUp() }
        alarm = (next, task)
    }

    private func wakeUp() {
        alarm = nil
        guard let context, let deadlines else { return }
        if let expiry = deadlines.expired(at: context.eventLoop.now) {
            logger.debug("connection timed out", metadata: ["waited_for": "\(expiry)"])
            close()
        } else {
            setAlarm()
        }
    }
}

// MARK: - The registry's view

extension ConnectionHandler: RegisteredConnection {
    var idleSince: NIODeadline? { deadlines?.idleSince }

    func close() {
        context?.close(promise: nil)
    }

    func stop() {
        switch state {
        case .open where idleSince != nil: close()
        case .open, .answered: context?.fireUserInboundEventTriggered(ConnectionEvent.serverStops)
        case .finished, .lingering: break
        }
    }
}
