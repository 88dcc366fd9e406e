// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import Logging
internal import NIOCore
internal import NIOPosix

/// What the connections of a server share. Confined to the event loop.
struct ServerState {
    let gate: RequestGate
    let routes: RouteTable
    let limits: ConnectionLimits
    let slots: RequestSlots
    let registry: ConnectionRegistry
    let turns: Turns
    let clock: HTTPClock
    let worker: ScrapeWorker
    let statistics: HTTPStatistics
    let logger: Logger
}

/// The two threads of a running server: the event loop and the worker.
struct ServerThreads: Sendable {
    private let group: MultiThreadedEventLoopGroup
    private let eventLoop: any EventLoop
    let worker: ScrapeWorker
    private let turnsBegan: EventLoopFuture<Void>
    /// Touched on the event loop alone.
    private let state: NIOLoopBoundBox<ServerState>

    /// Starts the threads. Throws `IOError`.
    init(_ server: ScrapeServer, connections: Int) throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let eventLoop = group.next()
        let turnSocket = try TurnSocket(eventLoop: eventLoop)
        let worker = ScrapeWorker(eventLoop: eventLoop, tasks: server.tasks)
        self.group = group
        self.eventLoop = eventLoop
        self.worker = worker
        let configuration = server.configuration
        let limits = configuration.limits
        let release = server.releaseFreeMemory
        let state = NIOLoopBoundBox.makeBoxSendingValue(
            ServerState(
                gate: RequestGate(steps: [HostStep()]),
                routes: RouteTable(
                    telemetryPath: configuration.telemetryPath, hasLandingPage: server.landingPage != nil
                ) { [metrics = server.registry] in metrics.collectorNames },
                limits: limits,
                slots: RequestSlots(limit: configuration.maxRequests),
                registry: ConnectionRegistry(
                    limit: connections, unsentLimit: limits.unsentBytes,
                    onClose: FreeMemory(eventLoop: eventLoop) { release.map(worker.run) }.connectionClosed(left:)),
                turns: Turns(eventLoop: eventLoop, ask: turnSocket.ask),
                clock: HTTPClock(),
                worker: worker,
                statistics: server.statistics,
                logger: server.logger
            ),
            eventLoop: eventLoop
        )
        self.state = state
        self.turnsBegan = turnSocket.start { state.value.turns.run() }
    }

    /// Accepts the connections of some sockets, or of none.
    func accept(_ sockets: [ListeningSocket]) -> EventLoopFuture<[Listener]> {
        turnsBegan.flatMapErrorThrowing { error in
            for socket in sockets { socket.close() }
            throw error
        }.flatMap { self.acceptEach(sockets) }
    }

    private func acceptEach(_ sockets: [ListeningSocket]) -> EventLoopFuture<[Listener]> {
        let eventLoop = eventLoop
        let accepted = sockets.map { socket in
            Listener.accept(socket, makeBootstrap()).flatMapErrorThrowing { error in
                socket.removeFile()
                throw ScrapeServerError.cannotListen(on: socket.address, error)
            }
        }
        return EventLoopFuture.whenAllComplete(accepted, on: eventLoop).flatMap { results in
            let listeners = results.compactMap { try? $0.get() }
            for case .failure(let error) in results {
                return EventLoopFuture.andAllSucceed(listeners.map { $0.close() }, on: eventLoop)
                    .flatMapThrowing { throw error }
            }
            return eventLoop.makeSucceededFuture(listeners)
        }
    }

    private func makeBootstrap() -> ServerBootstrap {
        let state = state
        return ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: ListeningSocket.backlog)
            .serverChannelOption(.maxMessagesPerRead, value: Self.acceptedConnections)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = AcceptHandler(registry: state.value.registry, logger: state.value.logger)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: Self.readBytes))
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.configureConnectionPipeline(state.value)
                }
            }
    }

    /// How many connections are accepted in one turn of the event loop.
    private static let acceptedConnections: UInt = 32

    /// How much of what a client sends is read in one turn of the event loop. A request has some hundred bytes.
    private static let readBytes = 4096

    /// Stops accepting connections, lets the answers under way finish, and closes what is still open after the grace
    /// period.
    func finishAnswers(of listeners: [Listener], within grace: Duration) -> EventLoopFuture<Void> {
        let (state, eventLoop) = (state, eventLoop)
        return EventLoopFuture.andAllSucceed(listeners.map { $0.close() }, on: eventLoop).flatMap {
            eventLoop.flatSubmit { state.value.registry.stop(within: TimeAmount(grace), on: eventLoop) }
        }
    }

    /// Ends the threads. A gather that is still under way is cancelled and not waited for.
    func end() async {
        let isIdle = worker.stop()
        try? await group.shutdownGracefully()
        await worker.endThread(isIdle: isIdle)
    }
}
