// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// A party with more work than one turn of the event loop should do.
protocol TakesTurns: AnyObject {
    /// Does a little of it.
    func takeTurn()
}

/// Lets connections take turns, and the event loop look after its sockets in between.
///
/// Confined to the event loop.
final class Turns {
    /// How long turns are taken one after the other.
    private static let slice = TimeAmount.milliseconds(1)
    /// When it is tried again to ask.
    private static let retry = TimeAmount.milliseconds(10)

    private let eventLoop: any EventLoop
    private let ask: () -> Bool
    private var waiting = CircularBuffer<any TakesTurns>()
    private var isAsked = false

    /// - Parameter ask: asks to call ``run()`` after the event loop has looked after its sockets; returns false where it cannot.
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
