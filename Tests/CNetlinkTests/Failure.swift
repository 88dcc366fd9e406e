// SPDX-License-Identifier: Apache-2.0

import CNetlink

/// A `struct cnl_error` that can be compared.
struct Failure: Equatable, Sendable, CustomStringConvertible {
    let kind: cnl_failure
    let errorNumber: CInt
    let call: String?

    init(_ kind: cnl_failure, _ errorNumber: CInt = 0, call: String? = nil) {
        self.kind = kind
        self.errorNumber = errorNumber
        self.call = call
    }

    init(_ error: cnl_error) {
        let call = unsafe error.call.map { unsafe String(cString: $0) }
        unsafe self.init(error.failure, error.error_number, call: call)
    }

    static let none = Failure(CNL_NO_FAILURE)
    static let malformed = Failure(CNL_MALFORMED)
    static let foreign = Failure(CNL_FOREIGN)

    private var name: String {
        switch kind {
        case CNL_NO_FAILURE: "none"
        case CNL_SYSTEM_CALL_FAILED: "system call failed"
        case CNL_REFUSED: "refused"
        case CNL_TIMED_OUT: "timed out"
        case CNL_DEADLINE: "deadline"
        case CNL_OVERRUN: "overrun"
        case CNL_TRUNCATED: "truncated"
        case CNL_MALFORMED: "malformed"
        case CNL_FOREIGN: "foreign"
        case CNL_INTERRUPTED: "interrupted"
        default: "unknown (\(kind.rawValue))"
        }
    }

    var description: String {
        [name, call, errorNumber == 0 ? nil : "errno \(errorNumber)"].compactMap { $0 }.joined(separator: ", ")
    }
}
