// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// A party with more work than one turn of the event loop should do.
protocol TakesTurns: AnyObject {
    /// Does a little of it.
    func takeTurn()
}

/// Lets connections with more work take turns, and the event loop poll its sockets in between.
///
/// Confined to the event loop.
final class Turns {
    /// How long turns may take before the event loop polls its sockets.
    private static let slice = TimeAmount.milliseconds(1)
    /// The delay before another attempt to ask.
    private static let retry = TimeAmount.milliseconds(10)

    private let eventLoop: any EventLoop
    private let ask: () -> Bool
    private var waiting = CircularBuffer<any TakesTurns>()
    private var isAsked = false

    /// - Parameter ask: asks for a call of ``run()`` after the event loop has polled its sockets; returns false if it
    /// cannot.
    init(eventLoop: any EventLoop, ask: @escaping () -> Bool) {
        self.eventLoop = eventLoop
        self.ask = ask
    }

    /// Gives a connection its turn later, after those that wait already.
    func add(_ connection: any TakesTurns) {
        waiting.append(connection)
        askIfNeeded()
    }

    /// Lets connections take turns for a moment.
    func run() {
        let end = eventLoop.now + Self.slice
        while let connection = waiting.popFirst() {
            connection.takeTurn()
            if eventLoop.now >= end { break }
        }
        isAsked = false
        askIfNeeded()
    }

    private func askIfNeeded() {
        guard !isAsked, !waiting.isEmpty else { return }
        isAsked = true
        if !ask() { eventLoop.assumeIsolated().scheduleTask(in: Self.retry) { self.run() } }
    }
}
