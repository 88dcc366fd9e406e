// SPDX-License-Identifier: Apache-2.0

/// The threads of a registry on which its collectors run.
///
/// One thread goes through the collectors of a scrape. When one of them takes longer than the patience, another thread
/// goes on with the rest, so that a collector that blocks costs the others little. A thread ends when it has nothing to
/// do for some time and another one is idle too.
final class CollectorThreads: @unchecked Sendable {
    struct Limits: Sendable {
        /// The most threads.
        var threads = 16
        /// How long a collector runs before another thread goes on with the rest.
        var patience = Duration.milliseconds(250)
        /// How long another scrape waits for a collector that still runs after the deadline of the scrape that it runs for.
        /// Most end soon; one that blocks costs each scrape this much at most, and only until it is overdue.
        var grace = Duration.seconds(1)
        /// How long a thread is idle before it ends.
        var idleTime = Duration.seconds(60)
    }

    private let limits: Limits
    private let startThread: @Sendable (@escaping @Sendable () -> Void) -> Int32
    // What follows is guarded by the monitor.
    private let monitor = Monitor()
    /// The scrapes that want a thread.
    private var queue: [PendingScrape] = []
    private var running: [ObjectIdentifier: RunningCollector] = [:]
    private var threads = 0
    /// The threads that are inside of a collector: the others look at the queue before they wait.
    private var collectingThreads = 0
    private var idleThreads = 0
    private var isClosed = false
    /// How many scrapes are under way.
    private var scrapes = 0

    init(
        _ limits: Limits = Limits(),
        startThread: @escaping @Sendable (@escaping @Sendable () -> Void) -> Int32 = DetachedThread.start
    ) {
        self.limits = limits
        self.startThread = startThread
    }

    /// How many threads there are.
    var count: Int {
        monitor.lock()
        defer { monitor.unlock() }
        return threads
    }

    /// Starts the first thread where there is none.
    ///
    /// - Throws: ``ThreadError`` where the system does not start one.
    func startFirst() throws(ThreadError) {
        monitor.lock()
        defer { monitor.unlock() }
        guard threads == 0 else { return }
        let error = startOne()
        guard error == 0 else { throw ThreadError(error) }
    }

    /// Ends the threads; those that run a collector when it is finished.
    func close() {
        monitor.lock()
        isClosed = true
        monitor.broadcast()
        monitor.unlock()
    }

    /// Runs collectors in order, and comes back when all are finished, at the request's deadline, or when it is
    /// cancelled.
    ///
    /// They run on the calling thread where no other can be started: only then can one that blocks exceed the deadline.
    ///
    /// - Returns: How each did, in the order given.
    func run(_ collectors: [RegisteredCollector], _ request: ScrapeRequest) -> [CollectorRun] {
        guard !collectors.isEmpty else { return [] }
        let scrape = PendingScrape(collectors, request)
        let handler = request.cancellation?.onCancel { [self] in
            monitor.lock()
            monitor.broadcast()
            monitor.unlock()
        }
        defer { request.cancellation?.removeHandler(handler) }
        monitor.lock()
        defer { monitor.unlock() }
        scrapes += 1
        while case .again(let moment) = look(after: scrape) { monitor.wait(until: moment) }
        scrapes -= 1
        close(scrape)
        return scrape.collectors.indices.map { index in
            scrape.run(index, runningElsewhere: running[ObjectIdentifier(scrape.collectors[index])])
        }
    }

    /// Takes no more results for a scrape. What still runs for it is overdue from now on.
    private func close(_ scrape: PendingScrape) {
        scrape.isClosed = true
        queue.removeAll { $0 === scrape }
        let now = ContinuousClock.now
        for index in scrape.states.indices {
            guard case .running = scrape.states[index] else { continue }
            running[ObjectIdentifier(scrape.collectors[index])]?.end(by: now)
        }
    }

    private enum Look {
        case over
        case again(at: ContinuousClock.Instant?)
    }

    /// Does for a scrape what is to be done now, and tells when to look again.
    private func look(after scrape: PendingScrape) -> Look {
        while true {
            let now = ContinuousClock.now
            if scrape.isCancelled { return .over }
            if let deadline = scrape.request.deadline, deadline <= now { return .over }
            let next = giveUpOverdue(in: scrape, now)
            if scrape.isFinished { return .over }
            guard nextReady(in: scrape) != nil else { return .again(at: next) }
            switch scrape.runner {
            case .asked:
                // The thread that comes wakes nobody: the patience with its first collector ends later than that.
                return .again(at: [next, now + limits.patience].compactMap(\.self).min())
            case .thread(_, let since) where since + limits.patience > now:
                return .again(at: [next, since + limits.patience].compactMap(\.self).min())
            case .thread, .none:
                if !askForThread(scrape) { _ = runNext(in: scrape) }
            }
        }
    }

    /// Fails the collectors that still run for another scrape, longer than the grace after its deadline: they are not started
    /// again.
    ///
    /// - Returns: When the scrape's own deadline passes, or an earlier one of a scrape that it waits for.
    private func giveUpOverdue(in scrape: PendingScrape, _ now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        var next = scrape.request.deadline
        for index in scrape.waiting {
            guard let other = running[ObjectIdentifier(scrape.collectors[index])], let deadline = other.deadline else {
                continue
            }
            let end = deadline + limits.grace
            if end > now {
                next = min(next ?? end, end)
            } else {
                scrape.states[index] = .finished(other.overdue(now))
            }
        }
        return next
    }

    /// The first collector that has not begun, runs for no other scrape, and follows none that has not ended.
    private func nextReady(in scrape: PendingScrape) -> Int? {
        scrape.waiting.first { index in
            running[ObjectIdentifier(scrape.collectors[index])] == nil && !scrape.mustWait(index)
        }
    }

    /// Asks for a thread that goes through a scrape's collectors; false where none is free and the system starts none.
    private func askForThread(_ scrape: PendingScrape) -> Bool {
        if threads - collectingThreads <= queue.count, threads < limits.threads, startOne() != 0 { return false }
        scrape.runner = .asked
        queue.append(scrape)
        monitor.broadcast()
        return true
    }

    private func startOne() -> Int32 {
        let error = startThread { self.work() }
        if error == 0 { threads += 1 }
        return error
    }

    /// What each thread does.
    private func work() {
        monitor.lock()
        while !isClosed {
            if queue.isEmpty {
                guard awaitScrape() else { break }
            } else {
                serveNext()
                monitor.lock()
            }
        }
        threads -= 1
        monitor.unlock()
    }

    /// Goes through the collectors of the scrape that waits longest, and lets the lock go.
    ///
    /// The scrape ends with this function, when the lock is free: with it may go whatever its collectors hold, even a registry
    /// with these threads.
    private func serveNext() {
        let scrape = queue.removeFirst()
        serve(scrape)
        monitor.unlock()
    }

    /// Waits until a scrape wants a thread; false where this one is to end.
    private func awaitScrape() -> Bool {
        idleThreads += 1
        defer { idleThreads -= 1 }
        var end = ContinuousClock.now + limits.idleTime
        while queue.isEmpty, !isClosed {
            if end <= .now {
                if idleThreads > 1 { return false }
                end = .now + limits.idleTime
            }
            monitor.wait(until: end)
        }
        return !isClosed
    }

    /// Goes through the collectors of a scrape until all have begun, or another thread goes on.
    private func serve(_ scrape: PendingScrape) {
        // Who waits for the scrape is woken once, not after each collector: with short ones that would take as long as
        // they do.
        defer { monitor.broadcast() }
        let thread = scrape.nextThread()
        repeat {
            scrape.runner = .thread(thread, since: .now)
            collectingThreads += 1
            let hasRun = runNext(in: scrape)
            collectingThreads -= 1
            guard hasRun else {
                scrape.runner = .none
                return
            }
        } while scrape.isRun(by: thread)
    }

    /// Runs the next collector of a scrape that can begin, and lets the lock go meanwhile; false where there is none.
    private func runNext(in scrape: PendingScrape) -> Bool {
        guard !scrape.isClosed, let index = nextReady(in: scrape) else { return false }
        let collector = scrape.collectors[index]
        let start = ContinuousClock.now
        running[ObjectIdentifier(collector)] = RunningCollector(since: start, deadline: scrape.request.deadline)
        scrape.states[index] = .running(since: start)
        monitor.unlock()
        let result = collector.collect(scrape.request)
        let duration = start.duration(to: .now)
        monitor.lock()
        running[ObjectIdentifier(collector)] = nil
        // Where the answer is given, nobody reads this any more.
        scrape.states[index] = .finished(CollectorRun(result: scrape.reported(result), duration: duration))
        // Another scrape may wait for this collector.
        if scrapes > 1 { monitor.broadcast() }
        return true
    }
}
