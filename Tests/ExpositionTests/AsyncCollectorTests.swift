// SPDX-License-Identifier: Apache-2.0

import Exposition
import Synchronization
import Testing

@Suite struct AsyncCollectorTests {
    private actor Queue {
        var length = 0

        func add(_ count: Int) {
            length += count
        }
    }

    private struct Failure: Error {}

    private final class Flag: Sendable {
        let isSet = Atomic(false)
    }

    @Test func anActorsStateIsExposed() async throws {
        let queue = Queue()
        let registry = Registry()
        try registry.collect(.gauge("queue_length", help: "")) { [Sample(await queue.length)] }
        try registry.collect([.gauge("a", help: ""), .gauge("b", help: "")], name: "two") {
            let length = await queue.length
            return [MetricFamily(.gauge("b", help: ""), MetricValue(length * 2))]
        }
        await queue.add(7)
        let gathered = await registry.gather()
        #expect(gathered.families.prefix(2).map(\.samples) == [[Sample(7)], [Sample(14)]])
        #expect(gathered.outcomes.map(\.name) == ["queue_length", "two"])
        #expect(gathered.outcomes.allSatisfy { $0.error == nil && $0.duration != nil })
    }

    @Test func whatItThrowsIsItsOutcome() async throws {
        let registry = Registry()
        try registry.collect(.gauge("a", help: "")) {
            await Task.yield()
            throw Failure()
        }
        #expect(await registry.gather().outcomes.first?.error is Failure)
    }

    /// Its task is cancelled at the deadline, and the scrape returns whether it heeds that or not.
    @Test func itIsCancelledAtTheDeadline() async throws {
        let registry = Registry()
        let (begun, cancelled) = (Flag(), Flag())
        try registry.collect(.gauge("a", help: "")) {
            begun.isSet.store(true, ordering: .releasing)
            do {
                try await Task.sleep(for: .seconds(3600))
            } catch {
                cancelled.isSet.store(true, ordering: .releasing)
                throw error
            }
            return []
        }
        var gathered: Gathered
        repeat {
            gathered = await registry.gather(ScrapeRequest(deadline: .now + .milliseconds(100)))
        } while !begun.isSet.load(ordering: .acquiring)
        #expect(gathered.outcomes.first?.error != nil)
        while !cancelled.isSet.load(ordering: .acquiring) { await Task.yield() }
    }

    @Test func gatheringIsCancelledWithItsTask() async throws {
        let registry = Registry()
        let started = Flag()
        try registry.collect(.gauge("a", help: "")) {
            started.isSet.store(true, ordering: .releasing)
            try await Task.sleep(for: .seconds(3600))
            return []
        }
        let scrape = Task { await registry.gather() }
        while !started.isSet.load(ordering: .acquiring) { await Task.yield() }
        scrape.cancel()
        #expect(await scrape.value.outcomes.first?.error is CancellationError)
    }
}
