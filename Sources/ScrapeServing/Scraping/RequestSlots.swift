// SPDX-License-Identifier: Apache-2.0

/// Counts the requests that may run at the same time. Confined to the event loop.
final class RequestSlots {
    /// How many may run; 0 is no limit.
    let limit: Int
    private(set) var inUse = 0

    init(limit: Int) {
        self.limit = limit
    }

    /// Takes a slot; returns false where all are in use.
    func take() -> Bool {
        guard limit <= 0 || inUse < limit else { return false }
        inUse += 1
        return true
    }

    /// Gives a slot back.
    func release() {
        precondition(inUse > 0, "a slot is released more often than it was taken")
        inUse -= 1
    }
}
