// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// Gathers, renders and compresses on a thread of its own, so that the event loop never waits.
///
/// Requests that arrive while a snapshot is taken share it, and each rendition of it is made and compressed once.
final class ScrapeWorker: Sendable {
    /// The server stopped before the rendition was made.
    struct Stopped: Error {}

    private typealias Waiting = [CodedRendition: EventLoopPromise<CodedBody>]

    private struct State {
        /// Who waits for the snapshot that is being taken, or will be next; nil where none is asked for.
        var gathering: Waiting?
        /// Who waits for a rendition of the snapshot that was taken last.
        var rendering: Waiting = [:]
        var isStopped = false

        var isIdle: Bool { gathering == nil && rendering.isEmpty }
    }

    /// The thread; it also serves to resolve names at the start.
    let thread = NIOThreadPool(numberOfThreads: 1)
    private let eventLoop: any EventLoop
    private let gather: Gatherer
    private let state = Mutex(State())
    /// Keeps its capacity from one scrape to the next. Only the one thread uses it.
    private let scratch = Mutex<[UInt8]>([])

    init(eventLoop: any EventLoop, gather: @escaping Gatherer) {
        self.eventLoop = eventLoop
        self.gather = gather
        thread.start()
    }

    /// The bytes of a rendition of the current state; fails with ``Stopped``.
    func body(for rendition: CodedRendition) -> EventLoopFuture<CodedBody> {
        let (body, isFirst): (EventLoopFuture<CodedBody>?, Bool) = state.withLock { state in
            guard !state.isStopped else { return (nil, false) }
            if let promise = state.gathering?[rendition] { return (promise.futureResult, false) }
            let promise = eventLoop.makePromise(of: CodedBody.self)
            let isFirst = state.gathering == nil
            state.gathering = state.gathering ?? [:]
            state.gathering?[rendition] = promise
            return (promise.futureResult, isFirst)
        }
        if isFirst {
            thread.submit { status in
                if case .active = status { self.scrape() }
            }
        }
        return body ?? eventLoop.makeFailedFuture(Stopped())
    }

    private func scrape() {
        let render = gather()
        let wanted = state.withLock { state in
            state.rendering = state.gathering ?? [:]
            state.gathering = nil
            return Array(state.rendering.keys)
        }
        for (rendition, same) in Dictionary(grouping: wanted, by: \.rendition) {
            scratch.withLock { bytes in
                bytes.removeAll(keepingCapacity: true)
                render(rendition, &bytes)
                for coded in same { finish(coded, bytes) }
            }
        }
    }

    private func finish(_ coded: CodedRendition, _ bytes: [UInt8]) {
        let compressed = coded.coding == .gzip ? ByteBuffer(gzip: bytes) : nil
        let body =
            compressed.map { CodedBody(bytes: $0, coding: .gzip) }
            ?? CodedBody(bytes: ByteBuffer(bytes: bytes), coding: .identity)
        // The lock is held so that `stop`, after which the event loop may end, comes before or after.
        state.withLock { $0.rendering.removeValue(forKey: coded)?.succeed(body) }
    }

    /// Does something after what is being done.
    func run(_ body: @escaping @Sendable () -> Void) {
        thread.submit { status in
            if case .active = status { body() }
        }
    }

    /// Fails what is asked for. From now on the thread does not touch the event loop.
    ///
    /// Returns whether the thread had nothing to do.
    func stop() -> Bool {
        let (waiting, wasIdle) = state.withLock { state in
            state.isStopped = true
            defer { (state.gathering, state.rendering) = (nil, [:]) }
            return ([state.gathering ?? [:], state.rendering], state.isIdle)
        }
        for promise in waiting.flatMap(\.values) { promise.fail(Stopped()) }
        return wasIdle
    }

    /// Ends the thread after ``stop()``. One that still takes a snapshot is not waited for: it may never come back.
    func endThread(isIdle: Bool) async {
        if isIdle {
            try? await thread.shutdownGracefully()
        } else {
            thread.shutdownGracefully { _ in }
        }
    }
}
