// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// Wakes its owner at a time that changes often, with few changes to the event loop's timers. Confined to the event
/// loop.
final class Alarm {
    private let eventLoop: any EventLoop
    private var scheduled: (deadline: NIODeadline, task: Scheduled<Void>)?

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// Sees to it that the owner wakes up at a deadline, or earlier: a deadline that moves away, as most do, leaves the
    /// timer as it is.
    func set(_ deadline: NIODeadline?, wakeUp: @escaping () -> Void) {
        guard let deadline else { return }
        if let scheduled {
            guard deadline < scheduled.deadline else { return }
            scheduled.task.cancel()
        }
        let task = eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
            self.scheduled = nil
            wakeUp()
        }
        scheduled = (deadline, task)
    }

    /// Lets the owner sleep.
    func cancel() {
        scheduled?.task.cancel()
        scheduled = nil
    }
}
