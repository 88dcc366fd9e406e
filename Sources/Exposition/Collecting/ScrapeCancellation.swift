// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Tells a scrape that nobody waits for its answer any more.
package final class ScrapeCancellation: Sendable {
    private struct State {
        var isCancelled = false
        var handlers: [Int: @Sendable () -> Void] = [:]
        var nextID = 0
    }

    private let state = Mutex(State())

    /// Creates one that is not cancelled.
    package init() {}

    /// Whether it is cancelled.
    package var isCancelled: Bool { state.withLock { $0.isCancelled } }

    /// Cancels the scrape. A second time does nothing.
    package func cancel() {
        let handlers = state.withLock { state in
            state.isCancelled = true
            defer { state.handlers = [:] }
            return state.handlers.values
        }
        for handler in handlers { handler() }
    }

    /// Calls `handler` once when it is cancelled, at once where it is already; nil then, else what removes the handler.
    func onCancel(_ handler: @escaping @Sendable () -> Void) -> Int? {
        let id: Int? = state.withLock { state in
            guard !state.isCancelled else { return nil }
            state.nextID += 1
            state.handlers[state.nextID] = handler
            return state.nextID
        }
        if id == nil { handler() }
        return id
    }

    /// Removes a handler, which may be running at this moment.
    func removeHandler(_ id: Int?) {
        guard let id else { return }
        _ = state.withLock { $0.handlers.removeValue(forKey: id) }
    }
}
