// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Words that threads change, on a cache line that they share with nothing else: padding avoids false sharing.
struct CacheLine<Words: ~Copyable & Sendable>: ~Copyable, Sendable {
    private let before: InlineArray<7, UInt64> = .init(repeating: 0)
    let words: Words
    private let after: InlineArray<7, UInt64> = .init(repeating: 0)

    init(_ words: consuming Words) {
        self.words = words
    }
}

extension Atomic<UInt64> {
    /// The bits as a floating-point number.
    var real: Double { Double(bitPattern: load(ordering: .relaxed)) }

    /// Takes the bits for a floating-point number, and adds to it.
    func add(real amount: Double) {
        var old = load(ordering: .relaxed)
        while true {
            let new = (Double(bitPattern: old) + amount).bitPattern
            let (exchanged, original) = weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
            if exchanged { return }
            old = original
        }
    }
}

/// A fixed number of counts that threads add to.
@safe struct AtomicCounts: ~Copyable, @unchecked Sendable {
    // The only unsafe part: an array cannot hold what cannot be copied.
    private let counts: UnsafeMutableBufferPointer<Atomic<UInt64>>

    /// Creates counts of 0.
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

    /// Sets all of them to 0.
    func clear() {
        for index in unsafe counts.indices {
            unsafe counts[index].store(0, ordering: .relaxed)
        }
    }
}
