// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// How connections are doing, added up: by the readers of netlink messages and by the BPF programs alike.

#ifndef CSOCKETCONNECTIONS_H
#define CSOCKETCONNECTIONS_H

#include "CSocketAnnotations.h"
#include "CSocketBuckets.h"

#include <linux/types.h>

#pragma clang assume_nonnull begin

/// What a connection shows, as bits.
enum {
    /// Segments were sent and are not yet acknowledged.
    CST_UNACKNOWLEDGED = 1 << 0,
    /// An answer to a retransmission is awaited.
    CST_RETRANSMITTING = 1 << 1,
    /// The peer's receive window is 0.
    CST_ZERO_WINDOW = 1 << 2,
};

/// What is read of one connection.
struct cst_connection {
    /// The smoothed round-trip time in microseconds; 0 where none has been measured.
    __u32 round_trip;
    /// The congestion window, in segments.
    __u32 window;
    /// Segments that are taken for lost.
    __u32 lost;
    /// A set of the bits above.
    __u32 signs;
};

/// Connections by how they are doing.
struct cst_latency {
    /// The sum of the smoothed round-trip times, without those that were not measured yet.
    __u64 round_trip_us;
    /// The sum of the congestion windows.
    __u64 window_segments;
    /// Segments that are taken for lost.
    __u64 lost_segments;
    /// Connections by bucket (`cst_round_trip_bucket`, `cst_window_bucket`).
    __u32 round_trips[CST_ROUND_TRIP_BUCKETS];
    __u32 windows[CST_WINDOW_BUCKETS];
    /// Connections with segments in flight.
    __u32 unacknowledged;
    /// Connections that wait for an answer to a retransmission.
    __u32 retransmitting;
    /// Connections whose peer's window is 0.
    __u32 zero_windows;
};

/// Connections by how long they have been idle.
struct cst_idleness {
    /// The sum of the times since data was sent or received last.
    __u64 ms;
    /// Connections by bucket (`cst_idle_bucket`).
    __u32 connections[CST_IDLE_BUCKETS];
};

/// The indices of the states whose idle times are told (`CST_IDLE_STATES`).
enum { CST_IDLE_ESTABLISHED, CST_IDLE_CLOSE_WAIT, CST_IDLE_ROWS };

static inline __attribute__((always_inline)) void cst_add_connection(struct cst_latency *latency,
                                                                     const struct cst_connection *connection)
{
    latency->windows[cst_window_bucket(connection->window)]++;
    latency->window_segments += connection->window;
    latency->lost_segments += connection->lost;
    latency->unacknowledged += (connection->signs & CST_UNACKNOWLEDGED) != 0;
    latency->retransmitting += (connection->signs & CST_RETRANSMITTING) != 0;
    latency->zero_windows += (connection->signs & CST_ZERO_WINDOW) != 0;
    if (connection->round_trip == 0)
        return;
    latency->round_trips[cst_round_trip_bucket(connection->round_trip)]++;
    latency->round_trip_us += connection->round_trip;
}

static inline __attribute__((always_inline)) void cst_add_idle_time(struct cst_idleness *idleness, __u64 ms)
{
    idleness->connections[cst_idle_bucket(ms)]++;
    idleness->ms += ms;
}

/// Connections in a bucket; 0 for any other index.
static inline __u64 cst_round_trips(const struct cst_latency *__noescape latency, unsigned bucket)
{
    return bucket < CST_ROUND_TRIP_BUCKETS ? latency->round_trips[bucket] : 0;
}
static inline __u64 cst_windows(const struct cst_latency *__noescape latency, unsigned bucket)
{
    return bucket < CST_WINDOW_BUCKETS ? latency->windows[bucket] : 0;
}
static inline __u64 cst_idle_connections(const struct cst_idleness *__noescape idleness, unsigned bucket)
{
    return bucket < CST_IDLE_BUCKETS ? idleness->connections[bucket] : 0;
}

#pragma clang assume_nonnull end

#endif
