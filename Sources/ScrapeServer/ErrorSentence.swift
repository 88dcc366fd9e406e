// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import NIOCore

/// An error as text; an error of the system as the system's own text with its number.
func sentence(of error: any Error) -> String {
    guard let error = error as? IOError else { return "\(error)" }
    return unsafe "\(String(cString: strerror(error.errnoCode))) (errno \(error.errnoCode))"
}
