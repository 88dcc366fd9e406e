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
        /// The system did not answer within the source's own time limit.
        public static let timedOut = Code(value: .timedOut)
        /// The deadline of the scan passed. The description begins with "deadline".
        public static let deadlineExceeded = Code(value: .deadlineExceeded)
        /// The answer was incomplete or changed during the scan, each time it was asked for.
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
    /// What the scan that failed had to repeat.
    public var effort: ScanEffort
    /// The error of each source that was tried, where a ``SourceSelector`` tried some of several.
    public var failedSources: [SourceKind: SourceError]

    /// Creates an error; the description is one sentence.
    public init(
        _ code: Code, errno: Errno? = nil, _ description: String, effort: ScanEffort = ScanEffort(),
        failedSources: [SourceKind: SourceError] = [:]
    ) {
        self.code = code
        self.errno = errno
        self.description = description
        self.effort = effort
        self.failedSources = failedSources
    }

    /// The same error, of a scan with this effort.
    func with(_ effort: ScanEffort) -> SourceError {
        var error = self
        error.effort = effort
        return error
    }
}

extension SourceError {
    static func missing(_ path: FilePath) -> SourceError {
        SourceError(
            .unavailable, errno: .noSuchFileOrDirectory,
            "\(path) does not exist: is procfs mounted there?")
    }

    static func malformed(_ path: FilePath, _ reason: some CustomStringConvertible) -> SourceError {
        SourceError(.malformed, "\(path), \(reason)")
    }
}
