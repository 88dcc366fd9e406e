// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import NIOCore
internal import ServiceLifecycle

extension ScrapeServer {
    private enum StopReason: Sendable {
        case requested
        case listenerClosed(ListenAddress)
    }

    /// Listens and serves until the service group shuts down gracefully or the task is cancelled.
    ///
    /// Then it accepts no more connections, closes idle ones, lets the answers under way finish within the grace
    /// period, and returns.
    ///
    /// - Throws: ``ScrapeServerError`` where the server cannot listen on all of its addresses or loses one of them.
    public func run() async throws(ScrapeServerError) {
        try configuration.validate()
        try SpareDescriptors.check()
        let (reasons, stop) = AsyncStream.makeStream(of: StopReason.self)
        let result = await withTaskCancellationOrGracefulShutdownHandler {
            await serve(until: reasons) { stop.yield($0) }
        } onCancelOrGracefulShutdown: {
            stop.yield(.requested)
        }
        try result.get()
    }

    private func serve(
        until reasons: AsyncStream<StopReason>, stop: @escaping @Sendable (StopReason) -> Void
    ) async -> Result<Void, ScrapeServerError> {
        let threads = ServerThreads(self)
        let listeners: [Listener]
        do {
            listeners = try await threads.listen(on: configuration.listenAddresses, early: earlySockets)
        } catch {
            await threads.end()
            return .failure(error)
        }
        for listener in listeners {
            listener.channel.closeFuture.whenComplete { _ in stop(.listenerClosed(listener.address)) }
            logger.info("Listening", metadata: ["address": "\(listener.address)"])
        }
        onListening(listeners.map(\.address))

        // A cancelled task hears of no reason: that is one too.
        let reason = await reasons.first { _ in true } ?? .requested
        logger.info("Stopping")
        for listener in listeners { await listener.close() }
        await threads.finishAnswers(within: configuration.limits.gracePeriod)
        await threads.end()
        switch reason {
        case .requested: return .success(())
        case .listenerClosed(let address): return .failure(.listenerFailed(address))
        }
    }
}
