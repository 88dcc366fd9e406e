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

    /// What an error is called that a source's time limit brought about: where the deadline set the limit, its error.
    func explain(_ error: SourceError) -> SourceError {
        guard error.code == .timedOut, hasPassed else { return error }
        return SourceError(
            .deadlineExceeded, errno: error.errno, "deadline: \(error.description)", effort: error.effort)
    }
}
