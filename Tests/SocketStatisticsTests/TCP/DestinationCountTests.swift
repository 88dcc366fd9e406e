// SPDX-License-Identifier: Apache-2.0

import CSocketTypes
import Testing

/// How far the number of the busiest destination is above the truth, with keys that are the same each time.
struct DestinationCountTests {
    /// Numbers that look random.
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var number = state
            number = (number ^ number >> 30) &* 0xbf58_476d_1ce4_e5b9
            number = (number ^ number >> 27) &* 0x94d0_49bb_1331_11eb
            return number ^ number >> 31
        }
    }

    /// Counts so many sockets for each destination, in random order, and returns the number of the busiest.
    private static func busiest(_ sockets: [Int], seed: UInt64) -> Int {
        var numbers = Numbers(state: seed)
        var keys = cst_destination_keys()
        withUnsafeMutableBytes(of: &keys) { bytes in
            for index in bytes.indices {
                bytes[index] = UInt8.random(in: .min ... .max, using: &numbers)
            }
        }
        let counts = UnsafeMutablePointer<cst_destination_counts>.allocate(capacity: 1)
        defer { counts.deallocate() }
        UnsafeMutableRawPointer(counts).initializeMemory(
            as: UInt8.self, repeating: 0, count: MemoryLayout<cst_destination_counts>.size)
        // Neighbouring addresses, as in a network.
        let places = sockets.indices.map { index in
            cst_destination_places(cst_ipv4_hash(&keys, 0x0100_000a, UInt32(index).byteSwapped, 0xbb01))
        }
        var order = sockets.indices.flatMap { index in repeatElement(places[index], count: sockets[index]) }
        order.shuffle(using: &numbers)
        return order.reduce(0) { max($0, Int(cst_add_to_destination(counts, $1, 1))) }
    }

    @Test func fewDestinationsAreCountedExactly() {
        for seed in 1...50 as ClosedRange<UInt64> {
            #expect(Self.busiest([7, 1, 3], seed: seed) == 7)
            #expect(Self.busiest(Array(1...20), seed: seed) == 20)
        }
    }

    /// A thousand destinations share few counters, and the busiest hardly ever both of its own.
    @Test func aThousandDestinationsAreHardlyEverAboveTheTruth() {
        let numbers = (1...50).map { Self.busiest((0..<1000).map { 1 + $0 % 20 } + [40], seed: $0) }
        #expect(numbers.allSatisfy { $0 >= 40 })
        #expect(numbers.count { $0 > 40 } <= 1)
    }

    /// More destinations than counters: what is added by chance is about what a counter has by chance.
    @Test func manyDestinationsAreLittleAboveTheTruth() {
        let small = [Int](repeating: 1, count: 100_000)
        let alone = (1...3).map { Self.busiest(small, seed: $0) }
        #expect(alone.allSatisfy { (1...15).contains($0) })
        let withBusy = (1...3).map { Self.busiest(small + [20_000], seed: $0) }
        #expect(withBusy.allSatisfy { (20_000...20_010).contains($0) })
    }
}
