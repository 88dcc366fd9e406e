// SPDX-License-Identifier: Apache-2.0
//
// How connections are doing, by the counters of their local ports: what the kernel tells in INET_DIAG_INFO.

#ifndef CNETLINK_MEASURES_H
#define CNETLINK_MEASURES_H

#include "CSocketTypes.h"

#include <stdbool.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

// MARK: Latency

/// The connections of a counter.
struct cnl_latency_counts {
    /// The sum of the smoothed round-trip times, without those that were not measured yet.
    uint64_t round_trip_us;
    /// The sum of the congestion windows.
    uint64_t window_segments;
    /// Segments that are taken for lost.
    uint64_t lost_segments;
    /// Connections by bucket (`cst_round_trip_bucket`, `cst_window_bucket`).
    uint32_t round_trips[CST_ROUND_TRIP_BUCKETS];
    uint32_t windows[CST_WINDOW_BUCKETS];
    /// Connections with segments in flight.
    uint32_t unacknowledged;
    /// Connections that wait for an answer to a retransmission.
    uint32_t retransmitting;
    /// Connections whose peer's window is 0, where the kernel tells that window.
    uint32_t zero_windows;
};

/// Connections in a bucket; 0 for any other index.
static inline uint64_t cnl_round_trips(const struct cnl_latency_counts *__noescape counts, unsigned bucket)
{
    return bucket < CST_ROUND_TRIP_BUCKETS ? counts->round_trips[bucket] : 0;
}
static inline uint64_t cnl_windows(const struct cnl_latency_counts *__noescape counts, unsigned bucket)
{
    return bucket < CST_WINDOW_BUCKETS ? counts->windows[bucket] : 0;
}

/// Round trips, congestion windows and what waits for an answer.
struct cnl_latency;

/// Creates counts that are all 0; freed with `cnl_latency_free`. Returns null without memory.
struct cnl_latency *_Nullable cnl_latency_new(void);
void cnl_latency_free(struct cnl_latency *latency);

/// Sets all counts to 0.
void cnl_latency_begin(struct cnl_latency *__noescape latency);

/// The connections of a counter (below `CST_PORT_SLOTS`); none for any other index.
struct cnl_latency_counts cnl_latency_of(const struct cnl_latency *__noescape latency, unsigned slot);

/// Whether the kernel told the window of each peer, which it does since Linux 5.4.
bool cnl_latency_has_peer_windows(const struct cnl_latency *__noescape latency);

// MARK: Idleness

/// The idle connections of a counter in a state.
struct cnl_idle_counts {
    /// The sum of the times since data was sent or received last.
    uint64_t ms;
    /// Connections by bucket (`cst_idle_bucket`).
    uint32_t connections[CST_IDLE_BUCKETS];
};

/// Connections in a bucket; 0 for any other index.
static inline uint64_t cnl_idle_connections(const struct cnl_idle_counts *__noescape counts, unsigned bucket)
{
    return bucket < CST_IDLE_BUCKETS ? counts->connections[bucket] : 0;
}

/// How long connections have been idle.
struct cnl_idleness;

/// Creates counts that are all 0; freed with `cnl_idleness_free`. Returns null without memory.
struct cnl_idleness *_Nullable cnl_idleness_new(void);
void cnl_idleness_free(struct cnl_idleness *idleness);

/// Sets all counts to 0.
void cnl_idleness_begin(struct cnl_idleness *__noescape idleness);

/// The connections of a counter (below `CST_PORT_SLOTS`) in `CST_ESTABLISHED` or `CST_CLOSE_WAIT`; none for any other
/// index or state.
struct cnl_idle_counts cnl_idleness_of(const struct cnl_idleness *__noescape idleness, unsigned slot, unsigned state);

#pragma clang assume_nonnull end

#endif
