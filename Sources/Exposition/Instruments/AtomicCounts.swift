// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// A fixed number of counts that threads add to.
@safe struct AtomicCounts: ~Copyable, @unchecked Sendable {
    // The only unsafe part: an array cannot hold what cannot be copied.
    private let counts: UnsafeMutableBufferPointer<Atomic<UInt64>>

    /// Makes counts of 0.
    init(_ count: Int) {
        unsafe counts = .allocate(capacity: count)
        for index in 0..<count {
            unsafe counts.initializeElement(at: index, to: Atomic(0))
        }
    }

    deinit {
        unsafe counts.deinitialize().deallocate()
    }

    /// Adds to one of them.
    func add(_ amount: UInt64, at index: Int) {
        precondition(unsafe counts.indices.contains(index), "there is no such count")
        unsafe counts[index].wrappingAdd(amount, ordering: .relaxed)
    }

    /// All of them, one after the other.
    var values: [UInt64] {
        unsafe counts.indices.map { unsafe counts[$0].load(ordering: .relaxed) }
    }

    /// Makes all of them 0.
    func clear() {
        for index in unsafe counts.indices {
            unsafe counts[index].store(0, ordering: .relaxed)
        }
    }
}
