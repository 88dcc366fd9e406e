// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
import Testing

@testable import Exposition

/// Collectors that block, which each test lets go at its end.
@Suite struct DeadlineTests {
    private static let impatient = CollectorThreads.Limits(
        threads: 4, patience: .milliseconds(5), grace: .zero, idleTime: .milliseconds(20))

    private func soon(_ milliseconds: Int = 100) -> ScrapeRequest {
        ScrapeRequest(deadline: .now + .milliseconds(milliseconds))
    }

    private func add(_ name: String, to registry: Registry, _ body: @escaping @Sendable () -> Void) throws {
        try registry.collect(MetricDescription(name, kind: .gauge, help: "")) {
            body()
            return [Sample(1)]
        }
    }

    private func shown(_ gathered: Gathered) -> [String] {
        gathered.families.map(\.metadata.name).filter { !$0.hasPrefix("scrape_") }
    }

    @Test func theRestGoesOnWhileACollectorBlocks() throws {
        let registry = Registry(CollectorThreads(Self.impatient))
        let (door, after) = (Door(), Door())
        try add("a", to: registry) {}
        try add("b", to: registry, door.pass)
        try add("c", to: registry) {}
        try add("d", to: registry, after.pass)  // where it is reached, those before it are finished
        let cancellation = ScrapeCancellation()
        var request = ScrapeRequest()
        request.cancellation = cancellation
        Thread.detachNewThread {
            door.awaitWaiting(1)
            after.awaitWaiting(1)
            cancellation.cancel()
        }
        let gathered = registry.gather(request)
        #expect(shown(gathered) == ["a", "c"])
        #expect(gathered.outcomes.map { $0.error == nil } == [true, false, true, false])
        door.open()
        after.open()
    }

    @Test func aCollectorThatBlocksCostsOnlyItself() throws {
        let registry = Registry(CollectorThreads(Self.impatient))
        let door = Door()
        try add("b", to: registry, door.pass)
        try add("c", to: registry) {}
        _ = try registry.gauge("d", help: "")
        var gathered = registry.gather(soon())
        // On a busy machine it may not begin in time.
        while gathered.outcomes[0].duration == nil { gathered = registry.gather(soon()) }
        #expect(shown(gathered).first != "b" && shown(gathered).last == "d")
        let error = try #require(gathered.outcomes[0].error as? DeadlineExceeded)
        #expect(error.description == "deadline: it did not finish within the 0.1 s that the scrape had")
        #expect(gathered.families.last?.samples.first == Sample(0, labels: ["collector": "b"]))

        // It still runs: the next scrape does not start it, and does not wait for it either.
        let next = registry.gather()
        #expect(shown(next) == ["c", "d"])
        let reason = try #require(next.outcomes[0].error as? DeadlineExceeded).description
        #expect(reason.hasPrefix("deadline: it is still running for an earlier scrape, since 2"))
        #expect(reason.hasSuffix("Z, and is not started again"))
        #expect("\(try #require(registry.gather().outcomes[0].error))" == reason)

        // What it brought too late is dropped, and then it is asked again.
        door.open()
        door.awaitPassed(1)
        var last = registry.gather()
        while last.outcomes[0].error != nil { last = registry.gather() }
        #expect(shown(last) == ["b", "c", "d"])
        door.awaitPassed(2)
    }

    @Test func manyThatBlockTakeNoMoreThreadsThanAllowed() throws {
        let threads = CollectorThreads(Self.impatient)
        let registry = Registry(threads)
        let door = Door()
        for index in 0..<6 { try add("blocks\(index)", to: registry, door.pass) }
        try add("fine", to: registry) {}
        repeat {
            _ = registry.gather(soon())
            #expect(threads.count <= 4)
        } while threads.count < 4
        door.awaitWaiting(4)
        let texts = registry.gather(soon()).outcomes.map { $0.error.map { "\($0)" } ?? "" }
        #expect(texts.filter { $0.contains("did not begin within the 0.1 s") }.count == 3)
        #expect(texts.filter { $0.contains("still running") }.count == 4)
        #expect(threads.count == 4)
        door.open()
        door.awaitPassed(4)
        while registry.gather().outcomes.contains(where: { $0.error != nil }) {}
        // All but one end when they have nothing to do.
        while threads.count > 1 { Thread.sleep(forTimeInterval: 0.001) }
        #expect(shown(registry.gather()).count == 7)
    }

    @Test func theDeadlineMayHavePassed() throws {
        let registry = Registry()
        try add("a", to: registry) {}
        let gathered = registry.gather(ScrapeRequest(deadline: .now - .seconds(1)))
        #expect(
            "\(try #require(gathered.outcomes.first?.error))"
                == "deadline: it did not begin within the 0 s that the scrape had")
        #expect(gathered.outcomes.first?.duration == nil)
    }

    @Test func collectorsHearOfTheDeadline() throws {
        struct Reader: Collector {
            let name = "reader"
            let metadata = [MetricDescription.gauge("a", help: "")]
            let heard: @Sendable (ScrapeRequest) -> Void
            func collect(_ request: ScrapeRequest) -> Collected {
                heard(request)
                return Collected([])
            }
        }
        let heard = Mutex<ScrapeRequest?>(nil)
        let registry = Registry()
        try registry.register(Reader { request in heard.withLock { $0 = request } })
        let request = ScrapeRequest(deadline: .now + .seconds(60), selection: .only(["reader"]))
        _ = registry.gather(request)
        #expect(heard.withLock { $0?.deadline } == request.deadline)
        #expect(heard.withLock { $0?.selection } == request.selection)
    }

    @Test func aCancelledScrapeReturns() throws {
        let registry = Registry()
        let door = Door()
        try add("a", to: registry, door.pass)
        try add("b", to: registry) {}
        var request = ScrapeRequest()
        let cancellation = ScrapeCancellation()
        request.cancellation = cancellation
        Thread.detachNewThread {
            door.awaitWaiting(1)
            cancellation.cancel()
        }
        let gathered = registry.gather(request)
        #expect(gathered.outcomes.first?.error is CancellationError)
        #expect(cancellation.isCancelled)
        // Cancelled before it begins.
        #expect(registry.gather(request).outcomes.allSatisfy { $0.error is CancellationError })
        // The next one waits for what the cancelled one left, and runs it again.
        Thread.detachNewThread { door.open() }
        #expect(registry.gather().outcomes.allSatisfy { $0.error == nil })
        door.awaitPassed(2)
    }

    /// Both scrapes have all: a collector runs for one at a time.
    @Test func severalThreadsMayGather() throws {
        let registry = Registry(CollectorThreads(Self.impatient))
        let running = Atomic(0)
        for name in ["a", "b", "c"] { try add(name, to: registry) {} }
        try add("alone", to: registry) {
            #expect(running.wrappingAdd(1, ordering: .relaxed).oldValue == 0)
            sched_yield()
            running.wrappingSubtract(1, ordering: .relaxed)
        }
        let group = DispatchGroup()
        for _ in 0..<4 {
            group.enter()
            Thread.detachNewThread {
                for _ in 0..<50 {
                    let gathered = registry.gather()
                    #expect(gathered.outcomes.count == 4 && gathered.outcomes.allSatisfy { $0.error == nil })
                }
                group.leave()
            }
        }
        group.wait()
    }

    @Test func collectorsRunHereWhereNoThreadStarts() throws {
        let threads = CollectorThreads(startThread: { _ in EAGAIN })
        let registry = Registry(threads)
        let own = pthread_self()
        let isHere = Atomic(false)
        try add("a", to: registry) { isHere.store(pthread_equal(pthread_self(), own) != 0, ordering: .relaxed) }
        try add("b", to: registry) {}
        #expect(registry.gather(soon(60_000)).outcomes.allSatisfy { $0.error == nil })
        #expect(isHere.load(ordering: .relaxed) && threads.count == 0)
        let error = #expect(throws: ThreadError.self) { try registry.startThreads() }
        #expect(error?.errno == EAGAIN)
        #expect(error?.description.contains("Resource temporarily unavailable") == true)
    }

    @Test func theFirstThreadIsStartedAheadAndIsEnough() throws {
        let threads = CollectorThreads(CollectorThreads.Limits(patience: .seconds(3600)))
        let registry = Registry(threads)
        try add("a", to: registry) {}
        _ = registry.prepare()
        #expect(threads.count == 0)
        try registry.startThreads()
        try registry.startThreads()
        #expect(threads.count == 1)
        for _ in 0..<100 { #expect(registry.gather().outcomes.first?.error == nil) }
        #expect(threads.count == 1)
    }

    @Test func threadsEndWithTheRegistry() throws {
        let threads = CollectorThreads(CollectorThreads.Limits(patience: .seconds(3600)))
        do {
            let registry = Registry(threads)
            try add("a", to: registry) {}
            _ = registry.gather()
            #expect(threads.count == 1)
        }
        while threads.count > 0 { Thread.sleep(forTimeInterval: 0.001) }
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"), (951_782_399, "2000-02-28T23:59:59Z"), (951_782_400, "2000-02-29T00:00:00Z"),
        (951_868_800, "2000-03-01T00:00:00Z"), (1_796_078_233, "2026-11-30T22:37:13Z"),
        (4_107_542_400, "2100-03-01T00:00:00Z"), (1_735_689_599, "2024-12-31T23:59:59Z"),
    ])
    func tellsTheTime(seconds: Int, text: String) {
        #expect(WallTime(seconds: seconds).description == text)
    }

    @Test(
        arguments: [
            (.zero, "0"), (.milliseconds(9499), "9.5"), (.milliseconds(9500), "9.5"), (.milliseconds(10_000), "10"),
            (.milliseconds(99), "0.1"), (.milliseconds(254), "0.25"), (.milliseconds(50), "0.05"), (.seconds(-1), "0"),
            (.milliseconds(999), "1"), (.milliseconds(1040), "1"), (.milliseconds(1060), "1.1"),
            (.seconds(3600), "3600"),
        ] as [(Duration, String)])
    func roundsSeconds(duration: Duration, text: String) {
        #expect(duration.roundedSeconds == text)
    }
}
