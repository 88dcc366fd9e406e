// SPDX-License-Identifier: Apache-2.0

/// A text that is not an address to listen on.
public struct ListenAddressError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The text that cannot be read.
    public let text: String
    /// What is wrong with it.
    public let reason: String

    init(_ text: String, _ reason: String) {
        self.text = text
        self.reason = reason
    }

    /// A sentence that names the text, what is wrong with it and what is expected.
    public var description: String {
        "invalid listen address '\(text)': \(reason); expected host:port, [IPv6]:port, :port or unix:/path"
    }
}
