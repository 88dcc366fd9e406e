// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The buckets of histograms, by the readers of netlink messages and by the BPF programs alike. A bucket holds what is
// not greater than its bound and greater than the one before; the last holds the rest.

#ifndef CSOCKETBUCKETS_H
#define CSOCKETBUCKETS_H

#include <linux/types.h>

enum {
    /// Of round trips: bounds of 64 µs times 2 to the power of 0 to 18.
    CST_ROUND_TRIP_BUCKETS = 20,
    /// Of congestion windows: bounds of 2 to the power of 0 to 16.
    CST_WINDOW_BUCKETS = 18,
    /// Of idle times: bounds from a second to a day.
    CST_IDLE_BUCKETS = 11,
};

/// The number of bits of a number without its zeros in front; 0 for 0.
static inline __attribute__((always_inline)) __u32 cst_bit_length(__u32 number)
{
    __u32 length = 0;
    for (__u32 half = 16; half > 0; half /= 2) {
        __u32 is_longer = number >> half != 0;
        length += is_longer * half;
        number >>= is_longer * half;
    }
    return length + number;
}

/// The bucket of a value whose bounds are 2 to the power of `first` and on, of so many buckets.
static inline __attribute__((always_inline)) __u32 cst_power_bucket(__u32 value, __u32 first, __u32 buckets)
{
    // Of a value of 0, the lowest.
    __u32 length = value ? cst_bit_length(value - 1) : 0;
    __u32 bucket = length > first ? length - first : 0;
    return bucket < buckets ? bucket : buckets - 1;
}

static inline __attribute__((always_inline)) __u32 cst_round_trip_bucket(__u32 microseconds)
{
    return cst_power_bucket(microseconds, 6, CST_ROUND_TRIP_BUCKETS);
}

static inline __attribute__((always_inline)) __u32 cst_window_bucket(__u32 segments)
{
    return cst_power_bucket(segments, 0, CST_WINDOW_BUCKETS);
}

static inline __attribute__((always_inline)) __u32 cst_idle_bucket(__u64 milliseconds)
{
    static const __u32 bounds[CST_IDLE_BUCKETS - 1] = {
        1000, 5000, 15000, 60000, 300000, 900000, 3600000, 14400000, 43200000, 86400000,
    };
    __u32 bucket = 0;
    for (__u32 i = 0; i < CST_IDLE_BUCKETS - 1; i++)
        bucket += milliseconds > bounds[i];
    return bucket;
}

#endif
