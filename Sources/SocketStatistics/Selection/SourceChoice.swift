// SPDX-License-Identifier: Apache-2.0

/// Which source is in use, and why.
public struct SourceChoice: Sendable, Hashable {
    public var source: SourceKind
    /// A short reason for people: what was asked for, or why a better source is not in use.
    public var reason: String

    public init(_ source: SourceKind, reason: String) {
        self.source = source
        self.reason = reason
    }
}
