// SPDX-License-Identifier: Apache-2.0

import Dispatch

/// Holds the thread that gathers until the test lets it go.
final class Gate: Sendable {
    /// Yields once for each time that a thread has come to the gate.
    let arrivals: AsyncStream<Void>
    private let arrived: AsyncStream<Void>.Continuation
    private let semaphore = DispatchSemaphore(value: 0)

    init() {
        (arrivals, arrived) = AsyncStream.makeStream()
    }

    /// Waits on the thread that gathers.
    func pass() {
        arrived.yield()
        semaphore.wait()
    }

    /// Waits until a thread has come to the gate.
    func isReached() async {
        _ = await arrivals.first { _ in true }
    }

    /// Lets as many threads go as are there, or come later.
    func open(times: Int = 1) {
        for _ in 0..<times { semaphore.signal() }
    }
}
