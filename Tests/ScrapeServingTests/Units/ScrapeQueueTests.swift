// SPDX-License-Identifier: Apache-2.0

import Exposition
import Testing

@testable import ScrapeServing

@Suite struct ScrapeQueueTests {
    private static let start = ContinuousClock.now
    private static let text = CodedRendition(rendition: .metrics(.prometheusText), coding: .identity)
    private static let page = CodedRendition(rendition: .landingPage, coding: .identity)

    /// A queue that macros can change. Scrapes are named by their replies.
    private final class Queue {
        private var value: ScrapeQueue<String>

        init(moreThreads: Int = 1) {
            value = ScrapeQueue(moreThreads: moreThreads)
        }

        typealias Start = ScrapeQueue<String>.Start
        typealias Expiry = ScrapeQueue<String>.Expiry

        var isFirstThreadIdle: Bool { value.isFirstThreadIdle }

        func add(_ scrape: Scrape, _ reply: String) -> (ticket: Int, start: Start?, expiry: Expiry?)? {
            value.add(scrape, reply: reply)
        }
        func remove(ticket: Int) -> (reply: String, cancelled: ScrapeCancellation?)? { value.remove(ticket: ticket) }
        func gatherEnded(
            _ start: Start, after seconds: Double = 0, isCutShort: Bool = false
        ) -> (forms: Set<CodedRendition>, starts: [Start], expiries: [Expiry]) {
            value.gatherEnded(start.id, at: ScrapeQueueTests.start + .seconds(seconds), isCutShort: isCutShort)
        }
        func rendered(_ form: CodedRendition, of start: Start) -> [String] { value.rendered(form, of: start.id) }
        func next(after start: Start) -> Start? { value.next(after: start) }
        func couldNotStart(_ start: Start) -> (start: Start?, expiry: Expiry?) { value.couldNotStart(start) }
        func expire(
            _ id: Int, after seconds: Double = 2
        ) -> (replies: [String], starts: [Start], expiries: [Expiry]) {
            value.expire(id, at: ScrapeQueueTests.start + .seconds(seconds))
        }
        func stop() -> (replies: [String], cancelled: [ScrapeCancellation]) { value.stop() }
    }

    private func scrape(
        _ selection: CollectorSelection = .all, within seconds: Double? = nil, _ form: CodedRendition = text
    ) -> Scrape {
        Scrape(form: form, selection: selection, deadline: seconds.map { Self.start + .seconds($0) })
    }

    @Test(
        arguments: [
            (nil, nil, true), (9.5, 9.5, true), (9.5, 9.6, true), (9.5, nil, true), (9.5, 9.4, false),
            (nil, 9.5, false),
        ] as [(Double?, Double?, Bool)])
    func `scrapes share a gather that ends in time for them`(first: Double?, second: Double?, share: Bool) throws {
        let queue = Queue()
        let one = try #require(queue.add(scrape(within: first), "1")?.start)
        let other = try #require(queue.add(scrape(within: second, Self.page), "2"))
        #expect((other.start == nil) == share)
        #expect(one.request.deadline == first.map { Self.start + .seconds($0) })
        let ended = queue.gatherEnded(one)
        #expect(ended.forms == (share ? [Self.text, Self.page] : [Self.text]))
        #expect(ended.starts.isEmpty)
        #expect(queue.rendered(Self.text, of: one) == ["1"])
        #expect(queue.rendered(Self.page, of: one) == (share ? ["2"] : []))
    }

    @Test func `scrapes of other collectors have a gather of their own, at the same time where a thread is left`()
        throws
    {
        let queue = Queue(moreThreads: 1)
        let first = try #require(queue.add(scrape(), "1")?.start)
        let second = try #require(queue.add(scrape(.only(["a"])), "2")?.start)
        let third = try #require(queue.add(scrape(.only(["b"])), "3"))
        #expect([first, second].map(\.isOnFirstThread) == [true, false])
        #expect(second.request.selection == .only(["a"]))
        #expect(third.start == nil)
        #expect(third.expiry == nil)
        // The thread that is free first takes it.
        _ = queue.gatherEnded(second)
        #expect(queue.rendered(Self.text, of: second) == ["2"])
        let next = try #require(queue.next(after: second))
        #expect(next.request.selection == .only(["b"]))
        #expect(!next.isOnFirstThread)
        #expect(queue.next(after: next) == nil)
        #expect(!queue.isFirstThreadIdle)
        #expect(queue.next(after: first) == nil)
        #expect(queue.isFirstThreadIdle)
    }

    @Test func `a scrape that comes while another is rendered has a gather of its own`() throws {
        let queue = Queue()
        let first = try #require(queue.add(scrape(), "1")?.start)
        _ = queue.gatherEnded(first)
        #expect(queue.add(scrape(), "2")?.start != nil)
    }

    @Test func `a gather that was cut short is repeated for those with time left, the earliest deadline first`() throws
    {
        let queue = Queue()
        let first = try #require(queue.add(scrape(within: 1), "1")?.start)
        for (name, seconds) in [("none", nil), ("ten", 10), ("hardly", 1.9), ("five", 5)] as [(String, Double?)] {
            #expect(queue.add(scrape(within: seconds), name)?.start == nil)
        }
        let ended = queue.gatherEnded(first, after: 1, isCutShort: true)
        #expect(Set(queue.rendered(Self.text, of: first)) == ["1", "hardly"])
        #expect(ended.starts.map(\.request.deadline) == [Self.start + .seconds(5)])
        let second = try #require(ended.starts.first)
        _ = queue.gatherEnded(second, after: 2, isCutShort: false)
        #expect(Set(queue.rendered(Self.text, of: second)) == ["none", "ten", "five"])
    }

    @Test func `a gather is cancelled when all of its scrapes have left, and not before`() throws {
        let queue = Queue()
        let one = try #require(queue.add(scrape(), "1"))
        let other = try #require(queue.add(scrape(), "2"))
        let stays = try #require(queue.remove(ticket: one.ticket))
        #expect(stays.reply == "1")
        #expect(stays.cancelled == nil)
        let leaves = try #require(queue.remove(ticket: other.ticket))
        #expect(leaves.reply == "2")
        #expect(leaves.cancelled === one.start?.request.cancellation)
        #expect(queue.remove(ticket: other.ticket) == nil)
        // Nobody shares what is cancelled.
        #expect(queue.add(scrape(), "3")?.start != nil)
        let start = try #require(one.start)
        #expect(queue.gatherEnded(start, isCutShort: true).forms.isEmpty)
    }

    @Test func `a scrape that leaves while others are rendered is forgotten`() throws {
        let queue = Queue()
        let one = try #require(queue.add(scrape(), "1"))
        _ = queue.add(scrape(), "2")
        let start = try #require(one.start)
        _ = queue.gatherEnded(start)
        #expect(queue.remove(ticket: one.ticket)?.reply == "1")
        #expect(queue.rendered(Self.text, of: start) == ["2"])
    }

    @Test func `a gather without a thread is given up at its deadline`() throws {
        let queue = Queue(moreThreads: 0)
        let first = try #require(queue.add(scrape(), "1")?.start)
        let second = try #require(queue.add(scrape(within: 2), "2"))
        #expect(second.start == nil)
        let expiry = try #require(second.expiry)
        #expect(expiry.deadline == Self.start + .seconds(2))
        #expect(queue.add(scrape(within: 2.9), "3")?.expiry == nil)
        #expect(queue.add(scrape(within: 9), "4")?.expiry == nil)
        #expect(queue.add(scrape(within: 8, Self.page), "5")?.expiry == nil)
        // Those that have time go on in another gather, until the earliest of their deadlines.
        let expired = queue.expire(expiry.id)
        #expect(Set(expired.replies) == ["2", "3"])
        #expect(expired.starts.isEmpty)
        #expect(expired.expiries.map(\.deadline) == [Self.start + .seconds(8)])
        #expect(queue.expire(expiry.id).replies.isEmpty)
        let start = try #require(queue.next(after: first))
        #expect(queue.gatherEnded(start).forms == [Self.text, Self.page])
    }

    @Test func `a gather that has begun is not given up`() throws {
        let queue = Queue()
        let start = try #require(queue.add(scrape(within: 2), "1")?.start)
        #expect(queue.expire(start.id).replies.isEmpty)
    }

    @Test func `where no thread can be started, a gather waits for the first`() throws {
        let queue = Queue()
        let first = try #require(queue.add(scrape(), "1")?.start)
        let second = try #require(queue.add(scrape(within: 2), "2")?.start)
        let instead = queue.couldNotStart(second)
        #expect(instead.start == nil)
        #expect(instead.expiry?.deadline == Self.start + .seconds(2))
        #expect(queue.next(after: first)?.id == second.id)
        // And takes it at once where it is free by then.
        let third = try #require(queue.add(scrape(.only(["a"])), "3")?.start)
        #expect(queue.next(after: first) == nil)
        let onFirst = try #require(queue.couldNotStart(third).start)
        #expect(onFirst.id == third.id)
        #expect(onFirst.isOnFirstThread)
    }

    @Test func `a stopped queue gives up all and takes no more`() throws {
        let queue = Queue()
        let start = try #require(queue.add(scrape(), "1")?.start)
        _ = queue.add(scrape(), "2")
        let stopped = queue.stop()
        #expect(stopped.replies == ["1", "2"])
        #expect(stopped.cancelled.count == 1)
        #expect(stopped.cancelled.first === start.request.cancellation)
        #expect(queue.add(scrape(), "3") == nil)
        #expect(queue.gatherEnded(start).forms.isEmpty)
        #expect(queue.next(after: start) == nil)
    }
}
