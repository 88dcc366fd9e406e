// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// Gathers, renders and compresses on threads other than the event loop's, which never waits.
///
/// Scrapes share gathers as ``ScrapeQueue`` says. One thread is there from the start. Others, a few, are started when a
/// gather cannot wait for that one, and end when they have nothing to do.
final class ScrapeWorker: Sendable {
    /// Why there is no body.
    enum Failure: Error {
        /// The server stopped.
        case stopped
        /// Too many other gathers were under way until the deadline.
        case busy
        /// The client has left.
        case left
    }

    /// A gather that has ended.
    struct Ended: Sendable {
        var gathered: Gathered
        var duration: Duration
        /// Whether something is missing because its deadline was reached.
        var isCutShort: Bool
        /// Whether it was cancelled because its clients had left, or the server stopped.
        var isCancelled: Bool
    }

    /// What the worker does on its threads. Several of them may do it at the same time.
    struct Tasks: Sendable {
        /// Gathers; may block.
        var gather: @Sendable (ScrapeRequest) -> Gathered
        /// Hears of each gather that has ended.
        var ended: @Sendable (Ended) -> Void
        /// Appends a rendition to a buffer.
        var render: @Sendable (Gathered, Rendition, inout [UInt8]) -> Void
    }

    private typealias Queue = ScrapeQueue<EventLoopPromise<CodedBody>>

    /// How many gathers may run beside the one on the first thread.
    private static let moreThreads = 3
    /// A gather that ends so close to its deadline has been cut short by it, by the registry or by a collector.
    private static let margin = Duration.milliseconds(100)

    /// The thread that is there from the start; it also serves to resolve names at the start.
    let thread = NIOThreadPool(numberOfThreads: 1)
    private let eventLoop: any EventLoop
    private let tasks: Tasks
    private let queue = Mutex(Queue(moreThreads: ScrapeWorker.moreThreads))
    /// Keeps its capacity from one scrape to the next. Only the first thread uses it.
    private let scratch = Mutex<[UInt8]>([])

    init(eventLoop: any EventLoop, tasks: Tasks) {
        self.eventLoop = eventLoop
        self.tasks = tasks
        thread.start()
    }

    /// Asks for what a client wants, as of now or of a gather under way. The future fails with ``Failure``.
    ///
    /// - Returns: Also the ticket to give to ``leave(_:)`` where the client goes away first.
    func body(for scrape: Scrape) -> (ticket: Int?, body: EventLoopFuture<CodedBody>) {
        let promise = eventLoop.makePromise(of: CodedBody.self)
        guard let added = queue.withLock({ $0.add(scrape, reply: promise) }) else {
            promise.fail(Failure.stopped)
            return (nil, promise.futureResult)
        }
        if let start = added.start { run(start) }
        if let expiry = added.expiry { schedule(expiry) }
        return (added.ticket, promise.futureResult)
    }

    /// Forgets a client that is gone. A gather for which no other client waits is cancelled.
    func leave(_ ticket: Int) {
        guard let (reply, cancelled) = queue.withLock({ $0.remove(ticket: ticket) }) else { return }
        cancelled?.cancel()
        reply.fail(Failure.left)
    }

    /// Does something after what the first thread is doing.
    func run(_ body: @escaping @Sendable () -> Void) {
        thread.submit { status in
            if case .active = status { body() }
        }
    }

    /// Fails what is asked for, and cancels what is under way. From now on no thread touches the event loop.
    ///
    /// Returns whether the first thread had nothing to do.
    func stop() -> Bool {
        let (stopped, wasIdle) = queue.withLock { queue in
            let wasIdle = queue.isFirstThreadIdle
            return (queue.stop(), wasIdle)
        }
        for gather in stopped.cancelled { gather.cancel() }
        for reply in stopped.replies { reply.fail(Failure.stopped) }
        return wasIdle
    }

    /// Ends the first thread after ``stop()``. One that is still gathering is not waited for: it may never come back.
    func endThread(isIdle: Bool) async {
        if isIdle {
            try? await thread.shutdownGracefully()
        } else {
            thread.shutdownGracefully { _ in }
        }
    }
}

// MARK: - On the threads

extension ScrapeWorker {
    private func run(_ start: Queue.Start) {
        if start.isOnFirstThread {
            run { self.scratch.withLock { self.work(from: start, scratch: &$0) } }
            return
        }
        let error = DetachedThread.start {
            var scratch: [UInt8] = []
            self.work(from: start, scratch: &scratch)
        }
        guard error != 0 else { return }
        let instead = queue.withLock { queue in
            let instead = queue.couldNotStart(start)
            if let expiry = instead.expiry { schedule(expiry) }
            return instead.start
        }
        if let instead { run(instead) }
    }

    /// Gathers and renders until there is no more to do.
    private func work(from start: Queue.Start, scratch: inout [UInt8]) {
        var next: Queue.Start? = start
        while let start = next {
            serve(start, &scratch)
            next = queue.withLock { $0.next(after: start) }
        }
    }

    private func serve(_ start: Queue.Start, _ scratch: inout [UInt8]) {
        let (request, began) = (start.request, ContinuousClock.now)
        let gathered = tasks.gather(request)
        let now = ContinuousClock.now
        let isLate = request.deadline.map { now.duration(to: $0) < Self.margin } ?? false
        let isCutShort = isLate && gathered.outcomes.contains { $0.error != nil }
        tasks.ended(
            Ended(
                gathered: gathered, duration: began.duration(to: now), isCutShort: isCutShort,
                isCancelled: request.cancellation?.isCancelled == true))
        let wanted = queue.withLock { queue in
            let wanted = queue.gatherEnded(start.id, at: now, isCutShort: isCutShort)
            for expiry in wanted.expiries { schedule(expiry) }
            return wanted
        }
        for start in wanted.starts { run(start) }
        for (rendition, forms) in Dictionary(grouping: wanted.forms, by: \.rendition) {
            scratch.removeAll(keepingCapacity: true)
            tasks.render(gathered, rendition, &scratch)
            for form in forms { finish(form, of: start.id, scratch) }
        }
    }

    private func finish(_ form: CodedRendition, of id: Int, _ bytes: [UInt8]) {
        let compressed = form.coding == .gzip ? ByteBuffer(gzip: bytes) : nil
        let body =
            compressed.map { CodedBody(bytes: $0, coding: .gzip) }
            ?? CodedBody(bytes: ByteBuffer(bytes: bytes), coding: .identity)
        // The lock is held so that `stop`, after which the event loop may end, comes before or after.
        queue.withLock { queue in
            for reply in queue.rendered(form, of: id) { reply.succeed(body) }
        }
    }

    /// Sees to it that a gather that has no thread is given up at its deadline. Called on the event loop, or under the
    /// lock: after `stop` the event loop may end.
    private func schedule(_ expiry: Queue.Expiry) {
        let rest = ContinuousClock.now.duration(to: expiry.deadline)
        eventLoop.scheduleTask(in: TimeAmount(max(rest, .zero))) {
            let expired = self.queue.withLock { queue in
                let expired = queue.expire(expiry.id, at: .now)
                for expiry in expired.expiries { self.schedule(expiry) }
                return expired
            }
            for start in expired.starts { self.run(start) }
            for reply in expired.replies { reply.fail(Failure.busy) }
        }
    }
}
