// SPDX-License-Identifier: Apache-2.0

/// Which source is in use, and why.
public struct SourceChoice: Sendable, Hashable {
    /// The source that is used.
    public var source: SourceKind
    /// Whether it is the best of the sources to choose from.
    public var isBest: Bool
    /// A short reason for people: what was asked for, or why no better source is in use.
    public var reason: String

    /// Makes a choice.
    public init(_ source: SourceKind, isBest: Bool, reason: String) {
        self.source = source
        self.isBest = isBest
        self.reason = reason
    }
}
