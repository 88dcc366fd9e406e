// SPDX-License-Identifier: Apache-2.0

public import SystemPackage

/// Why a source could not count: what failed, and what to do.
public struct SourceError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure that a caller may want to tell apart; later versions may add others.
    public struct Code: Sendable, Hashable {
        private enum Value {
            case unavailable
            case timedOut
            case deadlineExceeded
            case incomplete
            case malformed
            case systemCallFailed
        }

        private let value: Value

        /// The system does not offer this source, or not to this process.
        public static let unavailable = Code(value: .unavailable)
        /// The system did not answer in time.
        public static let timedOut = Code(value: .timedOut)
        /// The caller's deadline has passed.
        public static let deadlineExceeded = Code(value: .deadlineExceeded)
        /// The answer was incomplete or changed under the scan, each time it was asked for.
        public static let incomplete = Code(value: .incomplete)
        /// The answer was not in the form it must have.
        public static let malformed = Code(value: .malformed)
        /// A system call failed.
        public static let systemCallFailed = Code(value: .systemCallFailed)
    }

    /// The kind of failure.
    public var code: Code
    /// The error number behind it, where there is one.
    public var errno: Errno?
    /// One sentence: what failed, why, and what to do about it.
    public var description: String

    /// Makes an error; the description is one sentence.
    public init(_ code: Code, errno: Errno? = nil, _ description: String) {
        self.code = code
        self.errno = errno
        self.description = description
    }
}
