// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
import Testing

@testable import Exposition

/// Scrapes that are under way at the same time, and collectors that need each other.
@Suite struct ConcurrentScrapeTests {
    /// A collector that passes a door, and tells what it found to those after it.
    private final class Finder: Collector {
        let name: String
        let follows: String?
        private let body: @Sendable (ScrapeRequest) throws -> Void
        private let description: MetricDescription

        init(
            _ name: String, follows: String? = nil,
            _ body: @escaping @Sendable (ScrapeRequest) throws -> Void = { _ in }
        ) throws {
            self.name = name
            self.follows = follows
            self.body = body
            description = try MetricDescription(name, kind: .gauge, help: "")
        }

        var metadata: [MetricDescription] { [description] }

        func collect(_ request: ScrapeRequest) throws -> Collected {
            try body(request)
            return Collected([MetricFamily(description, 1)])
        }
    }

    private func names(_ gathered: Gathered) -> [String] {
        gathered.families.map(\.metadata.name).filter { !$0.hasPrefix("scrape_") }
    }

    private let patient = CollectorThreads.Limits(patience: .milliseconds(5))

    @Test(arguments: [false, true])
    func theRestGoesOnWhileTheFirstBlocks(_ hasThread: Bool) throws {
        let registry = Registry(CollectorThreads(patient))
        let (door, last) = (Door(), Door())
        try registry.register(try Finder("a") { _ in door.pass() })
        try registry.register(try Finder("b"))
        try registry.register(try Finder("c") { _ in last.pass() })
        if hasThread { try registry.startThreads() }
        let cancellation = ScrapeCancellation()
        var request = ScrapeRequest()
        request.cancellation = cancellation
        Thread.detachNewThread {
            last.awaitWaiting(1)
            cancellation.cancel()
        }
        #expect(names(registry.gather(request)) == ["b"])
        door.open()
        last.open()
    }

    @Test func aCollectorBeginsWhenTheOneThatItFollowsHasEnded() throws {
        let registry = Registry(CollectorThreads(patient))
        let (door, other) = (Door(), Door())
        let found = Mutex<[String]>([])
        let first = try Finder("a") { _ in
            door.pass()
            found.withLock { $0.append("a") }
        }
        try registry.register(first)
        try registry.register(try Finder("b", follows: "a") { _ in found.withLock { $0.append("b") } })
        try registry.register(try Finder("c") { _ in other.pass() })
        other.open()
        Thread.detachNewThread {
            // The third runs beside the first, which blocks; the second does not.
            other.awaitPassed(1)
            door.open()
        }
        #expect(names(registry.gather()) == ["a", "b", "c"])
        #expect(found.withLock { $0 } == ["a", "b"])
        // Where the other is not asked, it does not wait.
        #expect(names(registry.gather(ScrapeRequest(selection: .only(["b"])))) == ["b"])
    }

    @Test func noTwoWaitForEachOther() throws {
        let registry = Registry()
        try registry.register(try Finder("a", follows: "b"))
        try registry.register(try Finder("b", follows: "a"))
        try registry.register(try Finder("c", follows: "c"))
        #expect(names(registry.gather()) == ["a", "b", "c"])
    }

    @Test func aCollectorThatFollowsOneThatIsLateIsLateToo() throws {
        let registry = Registry(CollectorThreads(patient))
        let door = Door()
        try registry.register(try Finder("a") { _ in door.pass() })
        try registry.register(try Finder("b", follows: "a"))
        let gathered = registry.gather(ScrapeRequest(deadline: .now + .milliseconds(50)))
        #expect(names(gathered).isEmpty)
        #expect(gathered.outcomes.allSatisfy { $0.error is DeadlineExceeded })
        door.open()
    }

    /// The collector ends after the first scrape's deadline: the second, which has time, waits for it and asks it again.
    @Test func aScrapeWithLittleTimeTakesNothingFromOneWithMore() throws {
        let registry = Registry(CollectorThreads(.init(grace: .seconds(600))))
        let door = Door()
        let asked = Mutex(0)
        try registry.register(
            try Finder("a") { _ in
                if asked.withLock({
                    $0 += 1; return $0
                }) == 1 {
                    door.pass()
                }
            })
        var hasty = registry.gather(ScrapeRequest(deadline: .now + .milliseconds(20)))
        while hasty.outcomes[0].duration == nil {
            hasty = registry.gather(ScrapeRequest(deadline: .now + .milliseconds(20)))
        }
        #expect(names(hasty).isEmpty)
        Thread.detachNewThread {
            door.awaitWaiting(1)
            door.open()
        }
        let patient = registry.gather(ScrapeRequest(deadline: .now + .seconds(600)))
        #expect(names(patient) == ["a"])
        #expect(patient.outcomes[0].error == nil)
    }

    /// A scrape without a deadline that is given up does not leave a collector behind for which all others wait.
    @Test func aCollectorOfAScrapeThatWasGivenUpIsOverdue() throws {
        let registry = Registry(CollectorThreads(.init(patience: .milliseconds(5), grace: .zero)))
        let door = Door()
        try registry.register(try Finder("a") { _ in door.pass() })
        let cancellation = ScrapeCancellation()
        var request = ScrapeRequest()
        request.cancellation = cancellation
        Thread.detachNewThread {
            door.awaitWaiting(1)
            cancellation.cancel()
        }
        _ = registry.gather(request)
        // Without a deadline: it would wait for ever.
        #expect(registry.gather().outcomes[0].error is DeadlineExceeded)
        door.open()
    }

    @Test func whatACollectorFindsBelongsToItsScrape() throws {
        let finder = try Finder("a")
        let (one, other) = (ScrapeRequest(), ScrapeRequest())
        one.leave(1, from: finder)
        other.leave(2, from: finder)
        let copy = one
        #expect(copy.finding(of: finder) == 1)
        #expect(other.finding(of: finder) == 2)
        #expect(ScrapeRequest().finding(of: finder, as: Int.self) == nil)
        #expect(one.finding(of: try Finder("a"), as: Int.self) == nil)
    }

    /// The last that holds the registry is a collector's result that comes too late.
    @Test func aRegistryMayGoWithTheLastScrape() throws {
        let door = Door()
        weak var gone: Registry?
        do {
            let registry = Registry(CollectorThreads(patient))
            gone = registry
            let registration = try registry.register(
                try Finder("a") { [registry] _ in
                    door.pass()
                    _ = registry
                })
            _ = registry.gather(ScrapeRequest(deadline: .now + .milliseconds(20)))
            registration.end()
        }
        door.open()
        while gone != nil { Thread.sleep(forTimeInterval: 0.001) }
    }
}
