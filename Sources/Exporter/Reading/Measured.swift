// SPDX-License-Identifier: Apache-2.0

/// The outcome of reading something, and how long it took.
struct Measured<Value: Sendable>: Sendable {
    let outcome: Result<Value, any Error>
    let duration: Duration
}

extension Measured {
    init(read: () throws -> Value) {
        let clock = ContinuousClock()
        let start = clock.now
        outcome = Result { try read() }
        duration = clock.now - start
    }

    /// What was read; nil when that failed.
    var value: Value? {
        try? outcome.get()
    }

    /// Why there is no value; nil when there is one.
    var failure: (any Error)? {
        guard case .failure(let error) = outcome else { return nil }
        return error
    }
}
