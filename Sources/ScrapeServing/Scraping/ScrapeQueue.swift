// SPDX-License-Identifier: Apache-2.0

internal import Exposition

/// Which scrapes share a gather, and which gathers run at the same time. It has no clock and no thread.
///
/// - A scrape shares a gather that has not ended if both select the same collectors and the gather's deadline is not
///   later than the scrape's: then the scrape is answered in time. Otherwise another gather begins, at the same time if
///   a thread is left, so that neither a blocked collector nor a client with much time delays the others.
/// - A gather that its deadline cut short is repeated for those of its scrapes that have at least a second left, so
///   that they do not pay for a client with a short time-out.
/// - A gather that waits for a thread until its deadline is given up. Its scrapes that have less than a second left are
///   refused, and the others go on in another gather.
/// - A gather whose scrapes have all left is cancelled.
struct ScrapeQueue<Reply> {
    /// A scrape that waits, known by its ticket.
    private struct Waiter {
        let ticket: Int
        let scrape: Scrape
        let reply: Reply
    }

    private enum Phase {
        /// It waits for a thread.
        case queued
        case gathering
        /// It has ended; what is left of its waiters is being rendered.
        case rendering
    }

    private struct SharedGather {
        let id: Int
        let request: ScrapeRequest
        var phase = Phase.queued
        var waiters: [Waiter]

        func suits(_ scrape: Scrape) -> Bool {
            guard phase != .rendering, request.selection == scrape.selection else { return false }
            guard let due = scrape.deadline else { return true }
            return request.deadline.map { $0 <= due } ?? false
        }
    }

    /// A gather that is to run now, and on which thread.
    struct Start {
        let id: Int
        let request: ScrapeRequest
        /// Whether it runs on the thread that is always there.
        let isOnFirstThread: Bool
    }

    /// A gather that has no thread yet, and when it is to be given up.
    struct Expiry: Hashable {
        let id: Int
        let deadline: ContinuousClock.Instant
    }

    /// How much time a scrape must have left for a gather that was cut short to be repeated.
    static var worthRepeating: Duration { .seconds(1) }

    private let moreThreads: Int
    private var isFirstThreadBusy = false
    private var busyMoreThreads = 0
    private var gathers: [SharedGather] = []
    private var lastID = 0
    private(set) var isStopped = false

    /// - Parameter moreThreads: How many gathers may run beside that of the first thread.
    init(moreThreads: Int) {
        self.moreThreads = moreThreads
    }
}

extension ScrapeQueue {
    /// Whether the first thread has nothing to do.
    var isFirstThreadIdle: Bool { !isFirstThreadBusy }

    /// Adds a scrape.
    ///
    /// - Returns: Its ticket, and what is to be done for a gather that it does not share. Nil where the queue is
    /// stopped.
    mutating func add(_ scrape: Scrape, reply: Reply) -> (ticket: Int, start: Start?, expiry: Expiry?)? {
        guard !isStopped else { return nil }
        let waiter = Waiter(ticket: makeID(), scrape: scrape, reply: reply)
        let id = enqueue(waiter)
        return (waiter.ticket, id == nil ? nil : startNext(), id.flatMap(expiry))
    }

    /// Removes a scrape whose client is gone.
    ///
    /// - Returns: Its reply, where it still waits, and the gather to cancel, where no other scrape waits for it.
    mutating func remove(ticket: Int) -> (reply: Reply, cancelled: ScrapeCancellation?)? {
        for index in gathers.indices {
            guard let position = gathers[index].waiters.firstIndex(where: { $0.ticket == ticket }) else { continue }
            let reply = gathers[index].waiters.remove(at: position).reply
            guard gathers[index].waiters.isEmpty else { return (reply, nil) }
            return (reply, gathers.remove(at: index).request.cancellation)
        }
        return nil
    }

    /// Ends a gather.
    ///
    /// - Parameter isCutShort: Whether it lacks something for want of time.
    /// - Returns: The forms to render for the scrapes that it answers, and what is to be done for the rest.
    mutating func gatherEnded(
        _ id: Int, at now: ContinuousClock.Instant, isCutShort: Bool
    ) -> (forms: Set<CodedRendition>, starts: [Start], expiries: [Expiry]) {
        guard let index = gathers.firstIndex(where: { $0.id == id }) else { return ([], [], []) }
        var rest: [Waiter] = []
        if isCutShort {
            let waiters = gathers[index].waiters
            rest = waiters.filter { hasTime($0, at: now) }
            gathers[index].waiters = waiters.filter { !hasTime($0, at: now) }
        }
        gathers[index].phase = .rendering
        let forms = Set(gathers[index].waiters.map(\.scrape.form))
        if forms.isEmpty { gathers.remove(at: index) }
        let (starts, expiries) = enqueueAgain(rest)
        return (forms, starts, expiries)
    }

    /// The scrapes that a rendered form answers.
    mutating func rendered(_ form: CodedRendition, of id: Int) -> [Reply] {
        guard let index = gathers.firstIndex(where: { $0.id == id }) else { return [] }
        let replies = gathers[index].waiters.filter { $0.scrape.form == form }.map(\.reply)
        gathers[index].waiters.removeAll { $0.scrape.form == form }
        if gathers[index].waiters.isEmpty { gathers.remove(at: index) }
        return replies
    }

    /// The gather that a thread goes on with after another; nil where it has no more to do.
    mutating func next(after start: Start) -> Start? {
        free(start)
        return startNext(onFirstThread: start.isOnFirstThread)
    }

    /// Takes back the start of a gather because there is no further thread. It waits for one that runs, or takes the
    /// first.
    mutating func couldNotStart(_ start: Start) -> (start: Start?, expiry: Expiry?) {
        free(start)
        guard let index = gathers.firstIndex(where: { $0.id == start.id }) else { return (nil, nil) }
        gathers[index].phase = .queued
        return (startNext(onFirstThread: true), expiry(of: start.id))
    }

    /// Gives up a gather that has no thread at its deadline.
    ///
    /// - Returns: The scrapes that are to be refused, and what is to be done for those that have time left: they go on in
    ///   another gather.
    mutating func expire(
        _ id: Int, at now: ContinuousClock.Instant
    ) -> (replies: [Reply], starts: [Start], expiries: [Expiry]) {
        guard let index = gathers.firstIndex(where: { $0.id == id }), gathers[index].phase == .queued else {
            return ([], [], [])
        }
        let waiters = gathers.remove(at: index).waiters
        let (starts, expiries) = enqueueAgain(waiters.filter { hasTime($0, at: now) })
        return (waiters.filter { !hasTime($0, at: now) }.map(\.reply), starts, expiries)
    }

    /// Gives up everything; nothing is taken any more.
    mutating func stop() -> (replies: [Reply], cancelled: [ScrapeCancellation]) {
        isStopped = true
        defer { gathers = [] }
        return (gathers.flatMap(\.waiters).map(\.reply), gathers.compactMap(\.request.cancellation))
    }
}

extension ScrapeQueue {
    private mutating func makeID() -> Int {
        lastID += 1
        return lastID
    }

    /// Whether another gather is worth while for a scrape.
    private func hasTime(_ waiter: Waiter, at now: ContinuousClock.Instant) -> Bool {
        waiter.scrape.deadline.map { now.duration(to: $0) >= Self.worthRepeating } ?? true
    }

    /// Lets scrapes go on in other gathers.
    private mutating func enqueueAgain(_ waiters: [Waiter]) -> (starts: [Start], expiries: [Expiry]) {
        // The earliest deadline first: all that are due later can share that gather.
        let added = waiters.sorted { earlier($0.scrape.deadline, $1.scrape.deadline) }.compactMap { enqueue($0) }
        let starts = added.compactMap { _ in startNext() }
        return (starts, added.compactMap(expiry))
    }

    /// Lets a scrape share a gather, or adds one for it; returns the identity of the added one.
    private mutating func enqueue(_ waiter: Waiter) -> Int? {
        if let index = gathers.firstIndex(where: { $0.suits(waiter.scrape) }) {
            gathers[index].waiters.append(waiter)
            return nil
        }
        var request = ScrapeRequest(deadline: waiter.scrape.deadline, selection: waiter.scrape.selection)
        request.cancellation = ScrapeCancellation()
        let gather = SharedGather(id: makeID(), request: request, waiters: [waiter])
        gathers.append(gather)
        return gather.id
    }

    /// Gives a thread to the gather that has waited longest.
    private mutating func startNext(onFirstThread: Bool? = nil) -> Start? {
        let isOnFirst = onFirstThread ?? !isFirstThreadBusy
        guard isOnFirst ? !isFirstThreadBusy : busyMoreThreads < moreThreads,
            let index = gathers.firstIndex(where: { $0.phase == .queued })
        else { return nil }
        if isOnFirst { isFirstThreadBusy = true } else { busyMoreThreads += 1 }
        gathers[index].phase = .gathering
        return Start(id: gathers[index].id, request: gathers[index].request, isOnFirstThread: isOnFirst)
    }

    private mutating func free(_ start: Start) {
        if start.isOnFirstThread { isFirstThreadBusy = false } else { busyMoreThreads -= 1 }
    }

    private func expiry(of id: Int) -> Expiry? {
        guard let gather = gathers.first(where: { $0.id == id }), gather.phase == .queued else { return nil }
        return gather.request.deadline.map { Expiry(id: id, deadline: $0) }
    }

    private func earlier(_ one: ContinuousClock.Instant?, _ other: ContinuousClock.Instant?) -> Bool {
        guard let one else { return false }
        return other.map { one < $0 } ?? true
    }
}
