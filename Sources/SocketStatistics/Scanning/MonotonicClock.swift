// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// CLOCK_MONOTONIC, which the deadlines of the C targets are times of.
enum MonotonicClock {
    /// What the C targets take for no deadline.
    static let never: UInt64 = 0

    /// Nanoseconds since its beginning.
    static var now: UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// A deadline as the C targets take it.
    ///
    /// Converted by what is left until then: `ContinuousClock` also counts the time in which the system is suspended.
    static func nanoseconds(_ deadline: ContinuousClock.Instant?) -> UInt64 {
        guard let deadline else { return never }
        return nanoseconds(after: deadline - .now, from: now)
    }

    /// The time after a duration; for one that is not above zero, a time in the past that is not ``never``.
    static func nanoseconds(after duration: Duration, from now: UInt64) -> UInt64 {
        guard duration > .zero else { return 1 }
        let (seconds, attoseconds) = duration.components
        let (whole, overflows) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflows else { return .max }
        let (sum, sumOverflows) = now.addingReportingOverflow(whole)
        let (time, timeOverflows) = sum.addingReportingOverflow(UInt64(attoseconds / 1_000_000_000))
        return sumOverflows || timeOverflows ? .max : time
    }
}
