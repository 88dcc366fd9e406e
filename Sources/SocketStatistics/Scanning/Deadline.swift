// SPDX-License-Identifier: Apache-2.0

/// When a scan must have ended.
struct Deadline: Sendable {
    /// None: a scan may take as long as its source allows.
    static let none = Deadline(nil)

    /// Nil for none.
    let instant: ContinuousClock.Instant?
    private let now: @Sendable () -> ContinuousClock.Instant

    /// - Parameter now: the clock.
    init(_ instant: ContinuousClock.Instant?, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.instant = instant
        self.now = now
    }

    /// The time that is left, not less than 0; nil where there is no deadline.
    var remaining: Duration? {
        instant.map { max(.zero, now().duration(to: $0)) }
    }

    var hasPassed: Bool {
        remaining == .zero
    }

    /// - Parameter work: what is not done because of it: the end of a sentence after "deadline: ".
    /// - Throws: an error with the code ``SourceError/Code/deadlineExceeded`` once it has passed.
    func check(_ work: @autoclosure () -> String) throws(SourceError) {
        if hasPassed {
            throw SourceError(.deadlineExceeded, "deadline: \(work())")
        }
    }
}
