// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A time of day for people, in UTC: `2026-11-30T22:37:13Z`.
struct WallTime: CustomStringConvertible, Sendable {
    /// Since the beginning of 1970.
    private let seconds: Int

    /// Creates the present moment.
    init() {
        seconds = time(nil)
    }

    /// Creates the moment so many seconds after the beginning of 1970.
    init(seconds: Int) {
        self.seconds = seconds
    }

    var description: String {
        let (day, second) = (seconds / 86_400, seconds % 86_400)
        // Years that begin in March end with the day that a leap year has more; 400 of them have 146,097 days.
        let shifted = day + 719_468
        let (era, dayOfEra) = (shifted / 146_097, shifted % 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let dayOfMonth = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
        func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(year)-\(padded(month))-\(padded(dayOfMonth))"
            + "T\(padded(second / 3600)):\(padded(second / 60 % 60)):\(padded(second % 60))Z"
    }
}

extension Duration {
    /// Seconds with one decimal, or with two below a second, without zeros at the end.
    var roundedSeconds: String {
        let hundredths = max(Int((self / .milliseconds(10)).rounded()), 0)
        let rounded = hundredths < 100 ? hundredths : (hundredths + 5) / 10 * 10
        let (whole, rest) = rounded.quotientAndRemainder(dividingBy: 100)
        if rest == 0 { return "\(whole)" }
        if rest % 10 == 0 { return "\(whole).\(rest / 10)" }
        return rest < 10 ? "\(whole).0\(rest)" : "\(whole).\(rest)"
    }
}
