// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import NIOCore

extension IOError {
    /// Throws the error of a system call that returned a negative number.
    static func check(_ call: String, _ result: CInt) throws {
        guard result >= 0 else { throw IOError(errnoCode: errno, reason: call) }
    }
}

/// An error as text; an error of the system as the system's own text with its number.
func sentence(of error: any Error) -> String {
    guard let error = error as? IOError else { return "\(error)" }
    return unsafe "\(String(cString: strerror(error.errnoCode))) (errno \(error.errnoCode))"
}
