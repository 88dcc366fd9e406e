// SPDX-License-Identifier: Apache-2.0

/// The collectors of a scrape that is under way. All of it is guarded by the monitor of the threads that run them.
final class PendingScrape: @unchecked Sendable {
    /// How far a collector is.
    enum State {
        case waiting
        case running(since: ContinuousClock.Instant)
        case finished(CollectorRun)
    }

    /// The thread that goes through the collectors.
    enum Runner: Equatable {
        /// None.
        case none
        /// One that was asked for.
        case asked
        /// The one of this number, whose present collector began at a moment.
        case thread(Int, since: ContinuousClock.Instant)
    }

    let request: ScrapeRequest
    let start = ContinuousClock.now
    let collectors: [RegisteredCollector]
    var states: [State]
    var runner = Runner.none
    /// How many threads went through the collectors.
    private var threads = 0
    /// Whether the answer is given: what is finished later is dropped.
    var isClosed = false

    init(_ collectors: [RegisteredCollector], _ request: ScrapeRequest) {
        self.collectors = collectors
        self.request = request
        states = collectors.map { _ in .waiting }
    }

    /// The indices of the collectors that have not begun.
    var waiting: [Int] {
        states.indices.filter { if case .waiting = states[$0] { true } else { false } }
    }

    var isFinished: Bool {
        states.allSatisfy { if case .finished = $0 { true } else { false } }
    }

    var isCancelled: Bool { request.cancellation?.isCancelled ?? false }

    /// Whether a collector follows another one of this scrape that has not ended. It follows only one that was registered
    /// before it, so that no two wait for each other.
    func mustWait(_ index: Int) -> Bool {
        guard let name = collectors[index].collector.follows,
            let other = collectors.firstIndex(where: { $0.name == name }), other < index
        else { return false }
        if case .finished = states[other] { return false }
        return true
    }

    /// A result as the outcome tells it: what a task that was cancelled at the deadline throws means the deadline.
    func reported(_ result: Result<Collected, any Error>) -> Result<Collected, any Error> {
        guard case .failure(let error) = result, error is CancellationError, !isCancelled,
            let deadline = request.deadline, deadline <= .now
        else { return result }
        return .failure(reason("it did not finish"))
    }

    /// A number for a thread that begins to go through the collectors.
    func nextThread() -> Int {
        threads += 1
        return threads
    }

    /// Whether a thread is the one that goes through the collectors.
    func isRun(by thread: Int) -> Bool {
        if case .thread(thread, _) = runner { !isClosed } else { false }
    }

    /// How a collector did when the scrape is over.
    func run(_ index: Int, runningElsewhere other: RunningCollector?) -> CollectorRun {
        let now = ContinuousClock.now
        switch states[index] {
        case .finished(let run): return run
        case .running(let since):
            return CollectorRun(result: .failure(reason("it did not finish")), duration: since.duration(to: now))
        case .waiting:
            if let other {
                return CollectorRun(
                    result: .failure(isCancelled ? CancellationError() : other.error),
                    duration: other.since.duration(to: now))
            }
            return CollectorRun(result: .failure(reason("it did not begin")), duration: nil)
        }
    }

    /// Why a collector has no result.
    private func reason(_ what: String) -> any Error {
        if isCancelled { return CancellationError() }
        let time = request.deadline.map { start.duration(to: $0) } ?? .zero
        return DeadlineExceeded("\(what) within the \(time.roundedSeconds) s that the scrape had")
    }
}

/// How a collector did.
struct CollectorRun: Sendable {
    var result: Result<Collected, any Error>
    /// nil where it was not started.
    var duration: Duration?
}

/// A collector that is running.
struct RunningCollector {
    let since: ContinuousClock.Instant
    /// When that is for people.
    let began = WallTime()
    /// When the scrape that it runs for is over.
    private(set) var deadline: ContinuousClock.Instant?

    init(since: ContinuousClock.Instant, deadline: ContinuousClock.Instant?) {
        self.since = since
        self.deadline = deadline
    }

    /// Nobody waits for it after a moment.
    mutating func end(by moment: ContinuousClock.Instant) {
        deadline = deadline.map { min($0, moment) } ?? moment
    }

    /// Why another scrape does not start it.
    var error: DeadlineExceeded {
        DeadlineExceeded("it is still running for an earlier scrape, since \(began), and is not started again")
    }

    /// What another scrape gets of it.
    func overdue(_ now: ContinuousClock.Instant) -> CollectorRun {
        CollectorRun(result: .failure(error), duration: since.duration(to: now))
    }
}
