// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A door that collectors wait at.
final class Door: @unchecked Sendable {
    private let condition = NSCondition()
    private var isOpen = false
    private var waiting = 0
    private var passed = 0

    func pass() {
        condition.lock()
        waiting += 1
        condition.broadcast()
        while !isOpen { condition.wait() }
        waiting -= 1
        passed += 1
        condition.broadcast()
        condition.unlock()
    }

    func open() {
        condition.lock()
        isOpen = true
        condition.broadcast()
        condition.unlock()
    }

    /// Comes back when so many wait.
    func awaitWaiting(_ count: Int) {
        condition.lock()
        while waiting < count { condition.wait() }
        condition.unlock()
    }

    /// Comes back when so many have passed.
    func awaitPassed(_ count: Int) {
        condition.lock()
        while passed < count { condition.wait() }
        condition.unlock()
    }
}
