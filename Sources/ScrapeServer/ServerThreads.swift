// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import NIOPosix

/// The two threads of a running server: the event loop and the worker.
struct ServerThreads: Sendable {
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let eventLoop: any EventLoop
    private let worker: ScrapeWorker
    /// Touched on the event loop alone.
    private let state: NIOLoopBoundBox<ServerState>

    init(_ server: ScrapeServer) {
        let eventLoop = group.next()
        let worker = ScrapeWorker(eventLoop: eventLoop, gather: server.gather)
        self.eventLoop = eventLoop
        self.worker = worker
        let configuration = server.configuration
        self.state = NIOLoopBoundBox.makeBoxSendingValue(
            ServerState(
                router: RequestRouter(
                    telemetryPath: configuration.telemetryPath, hasLandingPage: server.hasLandingPage),
                limits: configuration.limits,
                slots: RequestSlots(limit: configuration.maxRequests),
                registry: ConnectionRegistry(limit: configuration.limits.openConnections),
                worker: worker,
                statistics: server.statistics,
                logger: server.logger
            ),
            eventLoop: eventLoop
        )
    }

    /// Opens a listening socket for each address, or none.
    ///
    /// - Parameter early: Those that are open already.
    func listen(
        on addresses: [ListenAddress], early: EarlySockets?
    ) async throws(ScrapeServerError) -> [Listener] {
        var listeners: [Listener] = []
        do {
            for address in addresses {
                listeners.append(
                    try await .open(address, early: early, bootstrap: makeBootstrap, resolver: worker.thread))
            }
            return listeners
        } catch {
            for listener in listeners { await listener.close() }
            throw error
        }
    }

    private func makeBootstrap() -> ServerBootstrap {
        let state = state
        return ServerBootstrap(group: group)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = AcceptHandler(registry: state.value.registry, logger: state.value.logger)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.configureConnectionPipeline(state.value)
                }
            }
    }

    /// Lets the answers under way finish, and closes what is still open after the grace period.
    func finishAnswers(within grace: Duration) async {
        let (state, eventLoop) = (state, eventLoop)
        let finished = eventLoop.flatSubmit { state.value.registry.stop(within: TimeAmount(grace), on: eventLoop) }
        try? await finished.get()
    }

    /// Ends the threads. A snapshot that is still being taken is not waited for.
    func end() async {
        let isIdle = worker.stop()
        try? await group.shutdownGracefully()
        await worker.endThread(isIdle: isIdle)
    }
}
