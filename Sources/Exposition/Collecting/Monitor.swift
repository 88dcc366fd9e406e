// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A lock, and a condition to wait for while it is let go.
@safe final class Monitor: @unchecked Sendable {
    // Memory of their own: neither may move.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe condition.initialize(to: pthread_cond_t())
        unsafe pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(condition, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    func lock() {
        unsafe pthread_mutex_lock(mutex)
    }

    func unlock() {
        unsafe pthread_mutex_unlock(mutex)
    }

    /// Wakes all that wait.
    func broadcast() {
        unsafe pthread_cond_broadcast(condition)
    }

    /// Lets the lock go until it is woken, for whatever reason, or until a moment is there.
    func wait(until moment: ContinuousClock.Instant?) {
        guard let moment else {
            unsafe pthread_cond_wait(condition, mutex)
            return
        }
        let rest = ContinuousClock.now.duration(to: moment)
        guard rest > .zero else { return }
        // A day is time enough: who waits looks again.
        let (seconds, attoseconds) = min(rest, .seconds(86_400)).components
        var end = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &end)
        end.tv_sec += Int(seconds)
        end.tv_nsec += Int(attoseconds / 1_000_000_000) + 1
        if end.tv_nsec >= 1_000_000_000 {
            end.tv_nsec -= 1_000_000_000
            end.tv_sec += 1
        }
        unsafe pthread_cond_timedwait(condition, mutex, &end)
    }
}
