// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import NIOCore

/// An error in words, for a log or a sentence: of an error of the system, the system's own.
func sentence(of error: any Error) -> String {
    guard let error = error as? IOError else { return "\(error)" }
    return unsafe "\(String(cString: strerror(error.errnoCode))) (errno \(error.errnoCode))"
}
