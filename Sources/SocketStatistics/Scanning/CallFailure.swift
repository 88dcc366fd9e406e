// SPDX-License-Identifier: Apache-2.0

internal import SystemPackage

/// Why a call of a C target failed, with the target's own reasons.
struct CallFailure<Reason: Sendable>: Error {
    let reason: Reason
    let errno: Errno?
    /// The system call that failed, where one did.
    let call: String?
}

extension CallFailure {
    /// - Parameters:
    ///   - number: an errno; 0 where there is none.
    ///   - call: a static string, or nil.
    init(_ reason: Reason, _ number: CInt, _ call: UnsafePointer<CChar>?) {
        self.reason = reason
        errno = number == 0 ? nil : Errno(rawValue: number)
        self.call = unsafe call.map { unsafe String(cString: $0) }
    }

    /// The error number in words.
    var why: String {
        errno.map { "\($0)" } ?? "unknown error"
    }
}
