// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What waits in a socket's queues, and the timer it waits for: the sums of the group of chains that is being read. They
// lie in other cache lines than a socket's state, so that reading them takes most of a walk's time.

#ifndef CSOCKETWALK_QUEUES_H
#define CSOCKETWALK_QUEUES_H

#include "reading.h"
#include "socket_walk.h"

/// What a socket's `icsk_pending` says.
enum { PENDING_RETRANSMIT = 1, PENDING_ZERO_WINDOW_PROBE = 3, PENDING_LOSS_PROBE = 5, PENDING_REORDERING = 6 };

/// The timers as sock_diag numbers them.
enum { TIMER_NONE, TIMER_RETRANSMIT, TIMER_KEEPALIVE, TIMER_TIME_WAIT, TIMER_ZERO_WINDOW_PROBE };

static struct walk_queues noted_queues;

/// Whether this kernel has the members that tell of queues and timers.
static __always_inline int has_queues(void)
{
    return bpf_core_field_exists(struct tcp_sock, rcv_nxt) && bpf_core_field_exists(struct tcp_sock, copied_seq) &&
           bpf_core_field_exists(struct tcp_sock, write_seq) && bpf_core_field_exists(struct tcp_sock, snd_una) &&
           bpf_core_field_exists(struct inet_connection_sock, icsk_pending) &&
           bpf_core_field_exists(struct timer_list, entry.pprev) &&
           (bpf_core_field_exists(struct inet_connection_sock, icsk_keepalive_timer) ||
            bpf_core_field_exists(struct sock, sk_timer));
}

static __always_inline __u32 timer_of(__u64 socket)
{
    __u32 pending = READ(socket, struct inet_connection_sock, icsk_pending);
    if (pending == PENDING_RETRANSMIT || pending == PENDING_LOSS_PROBE || pending == PENDING_REORDERING)
        return TIMER_RETRANSMIT;
    if (pending == PENDING_ZERO_WINDOW_PROBE)
        return TIMER_ZERO_WINDOW_PROBE;
    __u64 timer = bpf_core_field_exists(struct inet_connection_sock, icsk_keepalive_timer)
                      ? bpf_core_field_offset(struct inet_connection_sock, icsk_keepalive_timer)
                      : bpf_core_field_offset(struct sock, sk_timer);
    __u64 in_list = read_u64(socket + timer + bpf_core_field_offset(struct timer_list, entry.pprev));
    return in_list ? TIMER_KEEPALIVE : TIMER_NONE;
}

static __always_inline void note_timer(__u32 timer)
{
    if (timer < CST_TIMERS)
        noted_queues.timers[timer]++;
}

/// Notes a socket that is neither a minisocket nor a request. What a listener's queue holds are no bytes.
__noinline int note_queues(__u64 socket, int is_ipv6, int is_listener)
{
    if (!has_queues())
        return 0;
    note_timer(timer_of(socket));
    if (is_listener)
        return 0;
    __s32 unread = READ(socket, struct tcp_sock, rcv_nxt) - READ(socket, struct tcp_sock, copied_seq);
    __s32 unacknowledged = READ(socket, struct tcp_sock, write_seq) - READ(socket, struct tcp_sock, snd_una);
    // A FIN that was received is beyond what can be read; and between two reads both numbers may go on.
    noted_queues.receive_bytes[is_ipv6 & 1] += unread > 0 ? unread : 0;
    noted_queues.send_bytes[is_ipv6 & 1] += unacknowledged > 0 ? unacknowledged : 0;
    return 0;
}

static __always_inline void add_queues(struct walk_queues *sum)
{
#pragma unroll
    for (int family = 0; family < CST_FAMILIES; family++) {
        sum->receive_bytes[family] += noted_queues.receive_bytes[family];
        sum->send_bytes[family] += noted_queues.send_bytes[family];
    }
#pragma unroll
    for (int timer = 0; timer < CST_TIMERS; timer++)
        sum->timers[timer] += noted_queues.timers[timer];
}

#endif
