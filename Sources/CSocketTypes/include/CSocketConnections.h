// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// How connections are doing, added up: by the readers of netlink messages and by the BPF programs alike.

#ifndef CSOCKETCONNECTIONS_H
#define CSOCKETCONNECTIONS_H

#include "CSocketBuckets.h"

#include <linux/types.h>

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
    /// The sum of their round trips, in microseconds.
    __u64 round_trip_sum;
    /// The sum of their congestion windows, and of their lost segments.
    __u64 window_sum;
    __u64 lost;
    __u32 round_trips[CST_ROUND_TRIP_BUCKETS];
    __u32 windows[CST_WINDOW_BUCKETS];
    __u32 unacknowledged;
    __u32 retransmitting;
    __u32 zero_window;
};

/// Connections by how long they have been idle.
struct cst_idleness {
    /// The sum of their idle times, in milliseconds.
    __u64 sum;
    __u32 connections[CST_IDLE_BUCKETS];
};

/// The states whose idle times are told: ESTABLISHED and CLOSE_WAIT.
enum { CST_IDLE_ESTABLISHED, CST_IDLE_CLOSE_WAIT, CST_IDLE_ROWS };

static inline __attribute__((always_inline)) void cst_add_connection(struct cst_latency *latency,
                                                                     const struct cst_connection *connection)
{
    latency->windows[cst_window_bucket(connection->window)]++;
    latency->window_sum += connection->window;
    latency->lost += connection->lost;
    latency->unacknowledged += (connection->signs & CST_UNACKNOWLEDGED) != 0;
    latency->retransmitting += (connection->signs & CST_RETRANSMITTING) != 0;
    latency->zero_window += (connection->signs & CST_ZERO_WINDOW) != 0;
    if (connection->round_trip == 0)
        return;
    latency->round_trips[cst_round_trip_bucket(connection->round_trip)]++;
    latency->round_trip_sum += connection->round_trip;
}

static inline __attribute__((always_inline)) void cst_add_idle_time(struct cst_idleness *idleness, __u64 milliseconds)
{
    idleness->connections[cst_idle_bucket(milliseconds)]++;
    idleness->sum += milliseconds;
}

#endif
