// SPDX-License-Identifier: Apache-2.0

/// Why a scrape misses the families of a collector.
public struct CollectionFailure: Error, CustomStringConvertible {
    /// The names of the families that are missing.
    public let metrics: [String]
    /// What the collector threw.
    public let error: any Error

    /// A sentence that says what is missing, and why.
    public var description: String { "The scrape does not show \(metrics.joined(separator: ", ")): \(error)" }
}
