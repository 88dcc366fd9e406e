// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ScrapeServing

@Suite struct RequestSlotsTests {
    @Test(arguments: [(1, [true, false, false]), (2, [true, true, false]), (0, [true, true, true])])
    func `takes up to the limit`(limit: Int, expected: [Bool]) {
        let slots = RequestSlots(limit: limit)
        #expect(expected.indices.map { _ in slots.take() } == expected)
    }

    @Test func `a slot that was given back can be taken again`() {
        let slots = RequestSlots(limit: 1)
        #expect(slots.take())
        slots.release()
        #expect(slots.take())
        #expect(slots.inUse == 1)
    }
}
