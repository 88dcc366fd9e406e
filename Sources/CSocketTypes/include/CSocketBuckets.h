// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The buckets of the histograms of connections, which the readers of netlink messages and the BPF programs fill alike.
//
// A bucket holds the values up to its bound that are above the bound before; the last one has no bound. There are few
// jumps, since the kernel's verifier follows each way through a program.

#ifndef CSOCKETBUCKETS_H
#define CSOCKETBUCKETS_H

#include "CSocketCounts.h"

#include <linux/types.h>

enum {
    /// Of smoothed round-trip times: 64 µs, each bound twice the one before, up to 16.8 s.
    CST_ROUND_TRIP_BUCKETS = 20,
    /// Of congestion windows: one segment, each bound twice the one before, up to 65,536.
    CST_WINDOW_BUCKETS = 18,
    /// Of idle times: 1, 5, 15 s, 1, 5, 15 min, 1, 4, 12 h, a day.
    CST_IDLE_BUCKETS = 11,
};

enum {
    /// The states of the sockets that round trips and windows are taken from: those of a connection, which minisockets
    /// and requests can be in too.
    CST_MEASURED_STATES = 1 << CST_ESTABLISHED | 1 << CST_SYN_SENT | 1 << CST_SYN_RECV | 1 << CST_FIN_WAIT1 |
                          1 << CST_FIN_WAIT2 | 1 << CST_CLOSE_WAIT | 1 << CST_LAST_ACK | 1 << CST_CLOSING,
    /// The states in which the peer has told its window.
    CST_WINDOW_STATES = CST_MEASURED_STATES & ~(1 << CST_SYN_SENT | 1 << CST_SYN_RECV),
    /// The states of the connections whose idle time counts.
    CST_IDLE_STATES = 1 << CST_ESTABLISHED | 1 << CST_CLOSE_WAIT,
};

/// A bucket, or the last one where it is beyond.
static inline __attribute__((always_inline)) __u32 cst_bucket_at_most(__u32 bucket, __u32 last)
{
    // A compiler that knew what the bucket was computed from would compare that instead, and the verifier would see no
    // limit of the bucket.
    __asm__("" : "+r"(bucket));
    return bucket < last ? bucket : last;
}

/// The bucket of a smoothed round-trip time in microseconds.
static inline __attribute__((always_inline)) __u32 cst_round_trip_bucket(__u32 us)
{
    if (us <= 64)
        return 0;
    return cst_bucket_at_most(26 - (__u32)__builtin_clz(us - 1), CST_ROUND_TRIP_BUCKETS - 1);
}

/// The bucket of a congestion window in segments.
static inline __attribute__((always_inline)) __u32 cst_window_bucket(__u32 segments)
{
    if (segments <= 1)
        return 0;
    return cst_bucket_at_most(32 - (__u32)__builtin_clz(segments - 1), CST_WINDOW_BUCKETS - 1);
}

/// 1 where a number is above a bound, both below 2^63, else 0.
static inline __attribute__((always_inline)) __u32 cst_is_above(__u64 number, __u64 bound)
{
    return (__u32)((bound - number) >> 63);
}

/// The bucket of an idle time in milliseconds.
static inline __attribute__((always_inline)) __u32 cst_idle_bucket(__u64 ms)
{
    enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };
    ms = ms <= 24 * HOUR ? ms : 24 * HOUR + 1;
    // A compiler that knew the range would make jumps of what follows.
    __asm__("" : "+r"(ms));
    return cst_is_above(ms, 1 * SECOND) + cst_is_above(ms, 5 * SECOND) + cst_is_above(ms, 15 * SECOND) +
           cst_is_above(ms, 1 * MINUTE) + cst_is_above(ms, 5 * MINUTE) + cst_is_above(ms, 15 * MINUTE) +
           cst_is_above(ms, 1 * HOUR) + cst_is_above(ms, 4 * HOUR) + cst_is_above(ms, 12 * HOUR) +
           cst_is_above(ms, 24 * HOUR);
}

#endif
