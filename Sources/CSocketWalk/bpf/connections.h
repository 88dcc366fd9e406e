// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// How connections are doing and how long they have been idle, by the counter of their local port. What is read lies in
// other cache lines than a socket's state.

#ifndef CSOCKETWALK_CONNECTIONS_H
#define CSOCKETWALK_CONNECTIONS_H

#include "folds.h"
#include "reading.h"
#include "socket_walk.h"

extern struct walk_result result SEC(".bss.result");

enum {
    /// Connections that can be noted at a time, a power of 2. Nobody chooses the chain of a connection: the kernel's
    /// hash
    /// has a secret, so that chains are about as long as the table is full.
    DETAILS = 1 << 13,
    /// More than a run takes.
    LONGEST_RUN_TICKS = 1 << 16,
};

/// What is noted of a connection beside its state.
struct detail {
    struct cst_connection connection;
    /// How long it has been idle, in the kernel's ticks.
    __u32 idle;
};

static struct detail details[DETAILS];
static __u32 noted_details;
/// Those that were added since they were noted.
static __u32 added_details;
/// The kernel's clock, in ticks, of this run.
static __u32 ticks;

/// Whether this kernel has the members that tell how a connection is doing.
static __always_inline int has_latency(void)
{
    return bpf_core_field_exists(struct tcp_sock, srtt_us) && bpf_core_field_exists(struct tcp_sock, packets_out) &&
           bpf_core_field_exists(struct tcp_sock, retrans_out) && bpf_core_field_exists(struct tcp_sock, lost_out) &&
           bpf_core_field_exists(struct tcp_sock, snd_cwnd) && bpf_core_field_exists(struct tcp_sock, snd_wnd) &&
           bpf_core_field_exists(struct inet_connection_sock, icsk_retransmits);
}

/// Whether this kernel has the members that tell how long a connection has been idle.
static __always_inline int has_idle(void)
{
    return bpf_core_field_exists(struct tcp_sock, lsndtime) &&
           bpf_core_field_exists(struct inet_connection_sock, icsk_ack.lrcvtime) &&
           bpf_core_field_exists(struct net, ipv4.sysctl_tcp_keepalive_time);
}

/// Whether a socket in a state is a connection, or is becoming one; minisockets and requests have states of their own.
static __always_inline int is_connection(__u32 kind)
{
    return 1U << (kind & (CST_STATES - 1)) & CST_MEASURED_STATES;
}

static __always_inline void read_latency(struct cst_connection *connection, __u64 socket, __u32 state)
{
    // In eighths.
    connection->round_trip = READ(socket, struct tcp_sock, srtt_us) >> 3;
    connection->window = READ(socket, struct tcp_sock, snd_cwnd);
    connection->lost = READ(socket, struct tcp_sock, lost_out);
    __u32 signs = 0;
    if (READ(socket, struct tcp_sock, packets_out)) {
        signs = CST_UNACKNOWLEDGED;
        // Else nothing can be sent again. Both are in other cache lines.
        if (READ(socket, struct tcp_sock, retrans_out) | READ(socket, struct inet_connection_sock, icsk_retransmits))
            signs |= CST_RETRANSMITTING;
    }
    if ((1U << (state & (CST_STATES - 1)) & CST_WINDOW_STATES) && READ(socket, struct tcp_sock, snd_wnd) == 0)
        signs |= CST_ZERO_WINDOW;
    connection->signs = signs;
}

/// The ticks since a moment. The kernel keeps 32 bits of them, which come around in 49 days at least.
static __always_inline __u32 ticks_since(__u32 moment)
{
    __u32 since = ticks - moment;
    return since > (__u32)-LONGEST_RUN_TICKS ? 0 : since; // it came after the run began
}

static __always_inline __u32 read_idle(__u64 socket)
{
    __u32 sent = ticks_since(READ(socket, struct tcp_sock, lsndtime));
    __u32 received = ticks_since(READ(socket, struct inet_connection_sock, icsk_ack.lrcvtime));
    return sent < received ? sent : received;
}

/// Notes what a connection of the own namespace says.
__noinline int note_detail(__u64 socket, __u32 state)
{
    struct detail *detail = &details[noted_details & (DETAILS - 1)];
    if (has_fold(WALK_FOLD_LATENCY) && has_latency())
        read_latency(&detail->connection, socket, state);
    if (has_fold(WALK_FOLD_IDLE) && has_idle())
        detail->idle = read_idle(socket);
    noted_details++;
    return 0;
}

/// Adds the next detail that was noted to the counters of a port.
static __always_inline void add_detail(__u32 slot, __u32 state)
{
    const struct detail *detail = &details[added_details++ & (DETAILS - 1)];
    slot &= CST_PORT_SLOTS - 1;
    if (has_fold(WALK_FOLD_LATENCY))
        cst_add_connection(&result.latency[slot], &detail->connection);
    if (has_fold(WALK_FOLD_IDLE) && (state == CST_ESTABLISHED || state == CST_CLOSE_WAIT)) {
        __u64 milliseconds = (__u64)detail->idle * result.tick_length >> WALK_TICK_SHIFT;
        __u32 row = state == CST_CLOSE_WAIT ? CST_IDLE_CLOSE_WAIT : CST_IDLE_ESTABLISHED;
        cst_add_idle_time(&result.idleness[slot][row], milliseconds);
    }
}

static __always_inline int details_are_whole(void)
{
    return noted_details <= DETAILS;
}

static __always_inline void forget_details(void)
{
    noted_details = 0;
    added_details = 0;
}

static __always_inline void begin_connections(__u64 namespace)
{
    result.scan.lacks_latency = !has_latency();
    result.scan.lacks_idle = !has_idle();
    if (has_idle())
        result.scan.keepalive_ticks = READ(namespace, struct net, ipv4.sysctl_tcp_keepalive_time);
}

#endif
