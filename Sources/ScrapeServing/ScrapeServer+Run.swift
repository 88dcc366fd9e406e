// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import ServiceLifecycle
internal import Synchronization
internal import UnixSignals

extension ScrapeServer {
    private enum StopReason: Sendable {
        case requested
        case listenerClosed(ListenAddress)
    }

    /// Listens and serves until the service group shuts down gracefully or the task is cancelled.
    ///
    /// Then it accepts no more connections, closes idle ones, lets the answers under way finish within the grace
    /// period, and returns. It leaves signals to the service group, or to the program: as the first process of a
    /// container, a program without a handler for SIGTERM ignores it. One that does nothing else calls
    /// ``runUntilSignal()``.
    ///
    /// - Throws: ``ScrapeServerError`` where the server cannot listen on all of its addresses or loses one of them.
    public func run() async throws(ScrapeServerError) {
        let (reasons, stop) = AsyncStream.makeStream(of: StopReason.self)
        let result = await withTaskCancellationOrGracefulShutdownHandler {
            await serve(until: reasons) { stop.yield($0) }
        } onCancelOrGracefulShutdown: {
            stop.yield(.requested)
        }
        try result.get()
    }

    /// Listens and serves until the process is told to end by SIGTERM or SIGINT, for a program that does nothing else.
    ///
    /// It handles both signals, in a service group of its own, and then ends as ``run()`` does. Where a program has a
    /// service group, or handles signals itself, it calls ``run()``.
    ///
    /// - Throws: ``ScrapeServerError`` where the server cannot listen on all of its addresses or loses one of them.
    public func runUntilSignal() async throws(ScrapeServerError) {
        do {
            try await ServiceGroup(
                services: [self], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger
            ).run()
        } catch is CancellationError {
            // The task was cancelled, which ends `run()` too.
        } catch {
            throw .wrapping(error)
        }
    }

    private func serve(
        until reasons: AsyncStream<StopReason>, stop: @escaping @Sendable (StopReason) -> Void
    ) async -> Result<Void, ScrapeServerError> {
        let threads: ServerThreads
        do {
            threads = try startThreads()
        } catch {
            return .failure(error)
        }
        let listeners: [Listener]
        do {
            listeners = try await listen(threads)
        } catch {
            await threads.end()
            return Task.isCancelled ? .success(()) : .failure(error)
        }
        announce(listeners) { stop(.listenerClosed($0)) }

        // A cancelled task hears of no reason: that is one too.
        let reason = await reasons.first { _ in true } ?? .requested
        logger.info("Stopping")
        try? await threads.finishAnswers(of: listeners, within: configuration.limits.gracePeriod).get()
        await threads.end()
        switch reason {
        case .requested: return .success(())
        case .listenerClosed(let address): return .failure(.listenerFailed(address))
        }
    }

    /// Opens the sockets on the worker, because that may wait for the resolution of a name.
    private func listen(_ threads: ServerThreads) async throws(ScrapeServerError) -> [Listener] {
        do {
            let configuration = configuration
            let sockets = try await threads.worker.thread.runIfActive {
                let sockets = ListeningSockets()
                try sockets.openTCP(configuration)
                try sockets.openUnix(configuration)
                return sockets
            }
            return try await threads.accept(sockets.take()).get()
        } catch {
            throw .wrapping(error)
        }
    }

    /// Serves on sockets that listen, for a program without Swift concurrency. After the start it needs no further
    /// thread, not even to stop.
    ///
    /// It ends as ``run()`` does, but for its threads, which are left for the end of the process.
    ///
    /// - Parameters:
    ///   - sockets: those of the configuration's addresses.
    ///   - wait: returns when the server is to stop.
    ///   - interrupt: called, on another thread, where `wait` should return because the server has lost an address.
    package func run(
        _ sockets: ListeningSockets, until wait: () -> Void, interrupt: @escaping @Sendable () -> Void
    ) throws(ScrapeServerError) {
        let threads = try startThreads()
        let listeners: [Listener]
        do {
            listeners = try threads.accept(sockets.take()).wait()
        } catch {
            throw .wrapping(error)
        }
        let lost = LostAddress()
        announce(listeners) { address in
            if lost.note(address) { interrupt() }
        }
        wait()
        logger.info("Stopping")
        let address = lost.end()
        try? threads.finishAnswers(of: listeners, within: configuration.limits.gracePeriod).wait()
        if let address { throw .listenerFailed(address) }
    }

    /// The address whose socket was closed before the server closed it.
    private final class LostAddress: Sendable {
        private let state = Mutex<(address: ListenAddress?, isOver: Bool)>((nil, false))

        /// Takes note of a closed socket; returns true for the first that the server has not closed.
        func note(_ address: ListenAddress) -> Bool {
            state.withLock { state in
                guard !state.isOver, state.address == nil else { return false }
                state.address = address
                return true
            }
        }

        /// From now on the server closes the sockets itself.
        func end() -> ListenAddress? {
            state.withLock { state in
                state.isOver = true
                return state.address
            }
        }
    }

    private func startThreads() throws(ScrapeServerError) -> ServerThreads {
        try configuration.validate()
        try ProcessLimits.check()
        let wanted = configuration.limits.openConnections
        let allowed = ProcessLimits.connections(of: wanted, listeners: configuration.listenAddresses.count)
        if let allowed {
            logger.warning(
                "Fewer connections than configured: raise the limit of open files (ulimit -n, LimitNOFILE of systemd)",
                metadata: ["connections": "\(allowed)", "configured": "\(wanted)"])
        }
        do {
            try registry.startThreads()
            return try ServerThreads(self, connections: allowed ?? wanted)
        } catch {
            throw .wrapping(error)
        }
    }

    private func announce(_ listeners: [Listener], onClose: @escaping @Sendable (ListenAddress) -> Void) {
        for listener in listeners {
            listener.channel.closeFuture.whenComplete { _ in onClose(listener.address) }
            logger.info("Listening", metadata: ["address": "\(listener.address)"])
        }
        onListening(listeners.map(\.address))
    }
}
