// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// What a registry has of a collector: it lasts until it is ended, whether it is kept or not.
public final class Registration: Sendable {
    private let action: Mutex<(@Sendable () -> Void)?>

    init(_ action: @escaping @Sendable () -> Void) {
        self.action = Mutex(action)
    }

    /// Takes the collector out of the registry: no scrape that begins later asks it, and its names are free again.
    ///
    /// A scrape that is under way may still be asking it. A second call does nothing.
    public func end() {
        let action = action.withLock { action in
            defer { action = nil }
            return action
        }
        action?()
    }
}
