// SPDX-License-Identifier: Apache-2.0

import CAllocationCounter
import CThreadSanitizerSupport
import Exposition
import Testing

@Suite(.enabled(if: cts_is_sanitized() == 0, "the sanitizer has malloc for itself"))
struct AllocationTests {
    /// What the calling thread allocates while `body` runs.
    private func allocations(_ body: () -> Void) -> UInt64 {
        let before = cac_allocations()
        body()
        return cac_allocations() - before
    }

    @Test func theCounterCounts() {
        #expect(allocations { _ = Gauge() } > 0)
    }

    @Test func updatesOfAResolvedInstrumentAllocateNothing() throws {
        let registry = Registry()
        let gauge = try registry.gauge("a", labels: ["b"], help: "").labels("c")
        let counter = try registry.counter("d_total", labels: ["b"], help: "").labels("c")
        let histogram = try registry.histogram("e", labels: ["b"], help: "").labels("c")
        let count = allocations {
            for update in 0..<1000 {
                gauge.set(update)
                gauge.set(0.5)
                gauge.increment()
                gauge.decrement(by: 2)
                counter.increment()
                counter.increment(by: 0.5)
                histogram.observe(Double(update))
                histogram.observe(.milliseconds(update))
                histogram.time {}
            }
        }
        #expect(count == 0)
        #expect(histogram.value.count == 3000)
    }
}
