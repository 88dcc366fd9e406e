// SPDX-License-Identifier: Apache-2.0

/// Why a scrape does not have a collector's families: the collector did not finish by the scrape's deadline.
public struct DeadlineExceeded: Error, Hashable, Sendable, CustomStringConvertible {
    /// One sentence that begins with "deadline".
    public let description: String

    init(_ sentence: String) {
        description = "deadline: \(sentence)"
    }
}
