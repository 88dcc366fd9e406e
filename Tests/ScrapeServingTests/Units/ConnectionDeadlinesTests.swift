// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOEmbedded
import Testing

@testable import ScrapeServing

@Suite struct ConnectionDeadlinesTests {
    enum Event: Sendable {
        case bytes, began, ended, lingers, clientLeft
        case output(isPending: Bool)
    }

    struct Case: Sendable {
        let events: [(seconds: Int64, event: Event)]
        let deadline: Int64?
        let expiry: ConnectionDeadlines.Expiry?

        init(_ events: [(Int64, Event)], _ deadline: Int64?, _ expiry: ConnectionDeadlines.Expiry?) {
            self.events = events
            self.deadline = deadline
            self.expiry = expiry
        }
    }

    private static func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .seconds(seconds) }

    private func deadlines(after events: [(seconds: Int64, event: Event)]) -> ConnectionDeadlines {
        var deadlines = ConnectionDeadlines(ConnectionLimits(), accepted: Self.at(0))
        for (seconds, event) in events {
            let now = Self.at(seconds)
            switch event {
            case .bytes: deadlines.received(at: now)
            case .began: deadlines.exchangeBegan(at: now)
            case .ended: deadlines.exchangeEnded(at: now)
            case .lingers: deadlines.lingers(at: now)
            case .clientLeft: deadlines.clientLeft(at: now)
            case .output(let isPending): deadlines.outputProgressed(at: now, isPending: isPending)
            }
        }
        return deadlines
    }

    @Test(arguments: [
        Case([], 10, .request),
        // Bytes that trickle in do not move the deadline.
        Case([(1, .bytes), (5, .bytes), (9, .bytes)], 10, .request),
        Case([(1, .bytes), (2, .began)], nil, nil),
        Case([(1, .began), (3, .ended)], 123, .idle),
        Case([(1, .began), (3, .ended), (100, .bytes)], 110, .request),
        Case([(1, .began), (3, .ended), (100, .bytes), (105, .bytes)], 110, .request),
        Case([(1, .began), (2, .output(isPending: true))], 32, .write),
        Case([(1, .began), (2, .output(isPending: true)), (20, .output(isPending: true))], 50, .write),
        Case([(1, .began), (2, .output(isPending: true)), (20, .output(isPending: false))], nil, nil),
        // A request that arrives while the answer before it waits: the earlier deadline counts.
        Case([(1, .began), (2, .ended), (3, .bytes), (4, .output(isPending: true))], 13, .request),
        Case([(1, .output(isPending: true)), (2, .ended), (3, .bytes)], 13, .request),
        Case([(1, .began), (5, .lingers)], 7, .linger),
        // A client that has closed its side may still read, for as long as it had for its request.
        Case([(1, .began), (50, .clientLeft)], 60, .answer),
        Case([(1, .began), (50, .clientLeft), (51, .output(isPending: true))], 60, .answer),
        Case([(1, .began), (50, .clientLeft), (55, .lingers)], 57, .linger),
        Case([(1, .clientLeft), (3, .began)], 13, .answer),
        Case([(1, .clientLeft), (3, .began), (4, .ended), (5, .began)], 15, .answer),
        Case([(1, .clientLeft)], 10, .request),
    ])
    func `next deadline`(_ test: Case) {
        let deadlines = deadlines(after: test.events)
        #expect(deadlines.next?.deadline == test.deadline.map(Self.at))
        #expect(deadlines.next?.expiry == test.expiry)
        if let deadline = test.deadline {
            #expect(deadlines.expired(at: Self.at(deadline) - .nanoseconds(1)) == nil)
            #expect(deadlines.expired(at: Self.at(deadline)) == test.expiry)
        }
    }

    @Test(arguments: [
        Case([], 0, nil),
        Case([(1, .bytes)], 0, nil),
        Case([(1, .began)], nil, nil),
        Case([(1, .began), (4, .ended)], 4, nil),
        Case([(1, .began), (4, .lingers)], 4, nil),
        Case([(1, .output(isPending: true))], nil, nil),
    ])
    func `idle since`(_ test: Case) {
        #expect(deadlines(after: test.events).idleSince == test.deadline.map(Self.at))
    }

    @Test(arguments: [
        Case([(1, .began)], nil, nil), Case([(1, .clientLeft)], nil, nil),
        Case([(1, .began), (4, .clientLeft)], 4, nil), Case([(1, .clientLeft), (4, .began)], 4, nil),
        Case([(1, .clientLeft), (4, .began), (5, .ended)], nil, nil),
    ])
    func `left since`(_ test: Case) {
        #expect(deadlines(after: test.events).leftSince == test.deadline.map(Self.at))
    }

    @Test func `limits beyond all measure never expire`() {
        var limits = ConnectionLimits()
        limits.requestTimeout = .seconds(Int64.max)
        let deadlines = ConnectionDeadlines(limits, accepted: Self.at(5))
        #expect(deadlines.expired(at: .now()) == nil)
    }
}

@Suite struct ConnectionTimerTests {
    private let loop = EmbeddedEventLoop()

    @Test func `tells once when a deadline has passed, wherever it moved`() {
        var expired: [ConnectionDeadlines.Expiry] = []
        let timer = ConnectionTimer(ConnectionLimits(), eventLoop: loop) { expired.append($0) }
        loop.advanceTime(by: .seconds(9))
        timer.update { $0.exchangeBegan(at: $1) }
        loop.advanceTime(by: .seconds(100))
        #expect(expired.isEmpty)
        timer.update { $0.exchangeEnded(at: $1) }
        loop.advanceTime(by: .seconds(100))
        timer.update { $0.received(at: $1) }
        loop.advanceTime(by: .seconds(9))
        #expect(expired.isEmpty)
        loop.advanceTime(by: .seconds(1))
        #expect(expired == [.request])
        timer.cancel()
    }

    @Test func `does nothing after its end, though it is due in the same turn`() {
        var expired: [ConnectionDeadlines.Expiry] = []
        var timers: [ConnectionTimer] = []
        loop.assumeIsolated().scheduleTask(in: .seconds(10)) {
            for timer in timers { timer.cancel() }
        }
        timers = [ConnectionTimer(ConnectionLimits(), eventLoop: loop) { expired.append($0) }]
        loop.advanceTime(by: .seconds(10))
        #expect(expired.isEmpty)
    }
}
