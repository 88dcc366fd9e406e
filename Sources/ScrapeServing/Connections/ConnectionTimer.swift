// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// Tells the owner of a connection when a deadline has passed. Confined to the event loop.
///
/// It wakes up at the next deadline, or earlier: a deadline that moves away, as most do, leaves the event loop's timer as
/// it is.
final class ConnectionTimer {
    private(set) var deadlines: ConnectionDeadlines
    private let eventLoop: any EventLoop
    /// Nil when it has ended: a task of the event loop that is due runs even where it has been cancelled.
    private var onExpiry: ((ConnectionDeadlines.Expiry) -> Void)?
    private var scheduled: (deadline: NIODeadline, task: Scheduled<Void>)?

    /// Starts to time a connection that has just been accepted.
    init(
        _ limits: ConnectionLimits, eventLoop: any EventLoop,
        onExpiry: @escaping (ConnectionDeadlines.Expiry) -> Void
    ) {
        self.deadlines = ConnectionDeadlines(limits, accepted: eventLoop.now)
        self.eventLoop = eventLoop
        self.onExpiry = onExpiry
        schedule()
    }

    /// Changes the deadlines at a time that is now.
    func update(_ change: (inout ConnectionDeadlines, NIODeadline) -> Void) {
        change(&deadlines, eventLoop.now)
        schedule()
    }

    /// Ends it: no deadline passes any more.
    func cancel() {
        scheduled?.task.cancel()
        scheduled = nil
        onExpiry = nil
    }

    private func schedule() {
        guard onExpiry != nil, let next = deadlines.next?.deadline else { return }
        if let scheduled {
            guard next < scheduled.deadline else { return }
            scheduled.task.cancel()
        }
        let task = eventLoop.assumeIsolated().scheduleTask(deadline: next) { self.wakeUp() }
        scheduled = (next, task)
    }

    private func wakeUp() {
        guard let onExpiry else { return }
        scheduled = nil
        if let expiry = deadlines.expired(at: eventLoop.now) {
            onExpiry(expiry)
        } else {
            schedule()
        }
    }
}
