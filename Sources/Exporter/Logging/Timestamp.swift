// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The time of day in UTC, as RFC 3339 writes it, in milliseconds.
enum Timestamp {
    static var now: String {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return text(seconds: time.tv_sec, milliseconds: time.tv_nsec / 1_000_000)
    }

    static func text(seconds: Int, milliseconds: Int) -> String {
        var seconds = time_t(seconds)
        var parts = unsafe tm()
        unsafe gmtime_r(&seconds, &parts)
        let date = unsafe [(parts.tm_year + 1900, 4), (parts.tm_mon + 1, 2), (parts.tm_mday, 2)]
        let time = unsafe [(parts.tm_hour, 2), (parts.tm_min, 2), (parts.tm_sec, 2)]
        return "\(joined(date, "-"))T\(joined(time, ":")).\(padded(milliseconds, 3))Z"
    }

    private static func joined(_ numbers: [(number: Int32, width: Int)], _ separator: String) -> String {
        numbers.map { padded(Int($0.number), $0.width) }.joined(separator: separator)
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = "\(number)"
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
