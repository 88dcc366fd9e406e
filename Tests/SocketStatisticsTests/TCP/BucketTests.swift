// SPDX-License-Identifier: Apache-2.0

import CSocketTypes
import SocketStatistics
import Testing

/// The buckets that the C targets count in are those of the distributions.
struct BucketTests {
    /// At each bound and beside it, and at both ends of the type.
    private static func values<Value: FixedWidthInteger>(
        _ bounds: [Double], per unit: Double, as type: Value.Type
    ) -> [Value] {
        var values: [Value] = [0, 1, 2, Value.max / 2, Value.max / 2 + 1, Value.max - 1, Value.max]
        for bound in bounds {
            let value = Value((bound * unit).rounded())
            values += [value - 1, value, value + 1, value + value / 3]
        }
        return values
    }

    /// The first bucket whose bound is not below the value.
    private static func expected(_ value: Double, _ bounds: [Double]) -> UInt32 {
        UInt32(bounds.firstIndex { value <= $0 } ?? bounds.count)
    }

    @Test func roundTripsHaveTheBucketsOfTheirBounds() {
        let bounds = TCPLatency.roundTripBounds
        #expect(bounds.count + 1 == Int(CST_ROUND_TRIP_BUCKETS))
        for value in Self.values(bounds, per: 1e6, as: UInt32.self) {
            #expect(cst_round_trip_bucket(value) == Self.expected(Double(value) / 1e6, bounds), "\(value) µs")
        }
    }

    @Test func congestionWindowsHaveTheBucketsOfTheirBounds() {
        let bounds = TCPLatency.congestionWindowBounds
        #expect(bounds.count + 1 == Int(CST_WINDOW_BUCKETS))
        for value in Self.values(bounds, per: 1, as: UInt32.self) {
            #expect(cst_window_bucket(value) == Self.expected(Double(value), bounds), "\(value) segments")
        }
    }

    @Test func idleTimesHaveTheBucketsOfTheirBounds() {
        let bounds = TCPIdleness.bounds
        #expect(bounds.count + 1 == Int(CST_IDLE_BUCKETS))
        for value in Self.values(bounds, per: 1000, as: UInt64.self) {
            #expect(cst_idle_bucket(value) == Self.expected(Double(value) / 1000, bounds), "\(value) ms")
        }
    }
}
