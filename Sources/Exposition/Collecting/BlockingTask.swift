// SPDX-License-Identifier: Apache-2.0

/// A task whose result a thread waits for.
final class BlockingTask<Success: Sendable>: @unchecked Sendable {
    private let monitor = Monitor()
    /// Guarded by the monitor.
    private var result: Result<Success, any Error>?

    private init() {}

    /// Runs an asynchronous closure to its end, and blocks the calling thread meanwhile.
    ///
    /// The task is cancelled at the request's deadline, and when the request is.
    static func result(
        of body: @escaping @Sendable () async throws -> Success, for request: ScrapeRequest
    ) throws -> Success {
        let waiting = BlockingTask()
        let task = Task {
            do {
                waiting.finish(.success(try await body()))
            } catch {
                waiting.finish(.failure(error))
            }
        }
        let handler = request.cancellation?.onCancel { task.cancel() }
        defer { request.cancellation?.removeHandler(handler) }
        return try waiting.wait(until: request.deadline, late: task.cancel).get()
    }

    private func finish(_ result: Result<Success, any Error>) {
        monitor.lock()
        self.result = result
        monitor.broadcast()
        monitor.unlock()
    }

    private func wait(until deadline: ContinuousClock.Instant?, late: () -> Void) -> Result<Success, any Error> {
        var deadline = deadline
        monitor.lock()
        defer { monitor.unlock() }
        while true {
            if let result { return result }
            if let moment = deadline, moment <= .now {
                deadline = nil
                // What is cancelled may run at once, and finish.
                monitor.unlock()
                late()
                monitor.lock()
            } else {
                monitor.wait(until: deadline)
            }
        }
    }
}
