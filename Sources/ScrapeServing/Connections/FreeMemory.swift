// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// Has memory returned to the system after many connections were open; the allocator would keep it.
///
/// Confined to the event loop.
final class FreeMemory {
    /// From this number of connections on their memory matters.
    private static let manyConnections = 16
    private static let delay = TimeAmount.seconds(10)

    private let eventLoop: any EventLoop
    private let release: () -> Void
    private var mostConnections = 0
    private var isScheduled = false

    /// - Parameter release: gives free memory back, on another thread.
    init(eventLoop: any EventLoop, release: @escaping () -> Void) {
        self.eventLoop = eventLoop
        self.release = release
    }

    /// Takes note of the end of a connection, and of how many are left.
    func connectionClosed(left: Int) {
        mostConnections = max(mostConnections, left + 1)
        guard mostConnections >= Self.manyConnections, !isScheduled else { return }
        isScheduled = true
        eventLoop.assumeIsolated().scheduleTask(in: Self.delay) {
            self.isScheduled = false
            self.mostConnections = 0
            self.release()
        }
    }
}
