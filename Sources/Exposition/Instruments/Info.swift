// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Text in labels, for example a version: exposed with the value 1.
public final class Info: Sendable {
    private let current: Mutex<Labels>

    /// Creates text that belongs to a registry.
    init(_ labels: Labels) {
        current = Mutex(labels)
    }

    /// The present text.
    public var labels: Labels { current.withLock { $0 } }

    /// Replaces the text.
    public func set(_ labels: Labels) {
        current.withLock { $0 = labels }
    }
}
