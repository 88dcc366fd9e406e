// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

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
