// SPDX-License-Identifier: Apache-2.0
//
// Dumps of TCP sockets (tcp_diag).

#ifndef CNETLINK_TCP_H
#define CNETLINK_TCP_H

#include "CNetlinkCgroups.h"
#include "CNetlinkConversation.h"
#include "CNetlinkMeasures.h"
#include "CNetlinkSelection.h"

#pragma clang assume_nonnull begin

// MARK: Counts

/// Sums over the sockets of one or more dumps.
struct cnl_tcp_counts {
    /// Sockets by family and state. NEW_SYN_RECV is counted as SYN_RECV, as the kernel reports it.
    uint64_t connections[CST_FAMILIES][CST_STATES];
    /// Those in state SYN_RECV that are connection requests and not sockets yet.
    uint64_t requests;
    /// Bytes received and not yet read by the application. Listeners and sockets that are only bound have no such
    /// queue.
    uint64_t receive_queue_bytes[CST_FAMILIES];
    /// Bytes written by the application and not yet acknowledged by the peer.
    uint64_t send_queue_bytes[CST_FAMILIES];
    /// Sockets by `idiag_timer`.
    uint64_t timers[CST_TIMERS];
    /// Sockets left out of all of the above.
    uint64_t unknown_families;
    uint64_t unknown_states;
    /// Sockets that the filter left out of all of the above.
    uint64_t unselected;
    /// The cgroup of the first full socket that has one other than the root: the inode number of its directory under
    /// the cgroup2 mount. 0 where there is none, or where the kernel did not report it.
    uint64_t cgroup;
    /// Sockets left out of `timers` alone.
    uint64_t unknown_timers;
    /// Attributes and messages that were skipped.
    uint64_t unknown_attributes;
    uint64_t unknown_messages;
};

/// Sockets of a family (`CST_IPV4`, `CST_IPV6`) in a state (below `CST_STATES`); 0 for any other index.
static inline uint64_t cnl_connections(const struct cnl_tcp_counts *__noescape counts, unsigned family, unsigned state)
{
    return family < CST_FAMILIES && state < CST_STATES ? counts->connections[family][state] : 0;
}

/// Receive queue bytes of a family; 0 for any other index.
static inline uint64_t cnl_receive_queue_bytes(const struct cnl_tcp_counts *__noescape counts, unsigned family)
{
    return family < CST_FAMILIES ? counts->receive_queue_bytes[family] : 0;
}

/// Send queue bytes of a family; 0 for any other index.
static inline uint64_t cnl_send_queue_bytes(const struct cnl_tcp_counts *__noescape counts, unsigned family)
{
    return family < CST_FAMILIES ? counts->send_queue_bytes[family] : 0;
}

/// Sockets with a timer (an `idiag_timer` below `CST_TIMERS`); 0 for any other index.
static inline uint64_t cnl_timer_connections(const struct cnl_tcp_counts *__noescape counts, unsigned timer)
{
    return timer < CST_TIMERS ? counts->timers[timer] : 0;
}

/// A list of listening sockets that a dump fills, one record for each. The memory belongs to the caller.
struct cnl_listeners {
    struct cst_listener *_Nullable __counted_by(capacity) records;
    size_t capacity;
    /// How many there were: above `capacity` the list has only the first.
    size_t count;
};

// MARK: The reader

/// What the messages of an answer are added to.
struct cnl_tcp_fold {
    struct cnl_tcp_counts *counts;
    /// Filled with the listening sockets, where it is not null.
    struct cnl_listeners *_Nullable listeners;
    /// Counts the sockets by local port, where it is not null.
    struct cnl_ports *_Nullable ports;
    /// Counts the sockets by where they go, without those that listen or are only bound, where it is not null.
    struct cnl_destinations *_Nullable destinations;
    /// Counts the sockets by cgroup, where it is not null.
    struct cnl_cgroups *_Nullable cgroups;
    /// Measure the connections, by the counters of `ports` where that is not null, where they are not null themselves.
    struct cnl_latency *_Nullable latency;
    struct cnl_idleness *_Nullable idleness;
    /// Leaves out all other sockets, where it is not null. The kernel reports them nevertheless.
    const struct cnl_filter *_Nullable filter;
    /// The request asked for sockets that are only bound: the kernel reports them in state CLOSE.
    bool closed_is_bound_inactive;
};

/// The reader of TCP sockets. The fold must outlive it.
struct cnl_reader cnl_tcp_reader(struct cnl_tcp_fold *fold);

// MARK: Dumps

/// How a dump asks.
enum cnl_request_kind {
    /// TCPDIAG_GETSOCK: IPv4 and IPv6 in one walk of the kernel's table.
    CNL_REQUEST_BOTH_FAMILIES,
    /// SOCK_DIAG_BY_FAMILY, one walk for each family, for kernels that refuse the former.
    CNL_REQUEST_IPV4,
    CNL_REQUEST_IPV6,
};

/// The states of a full dump: all in the kernel's table of connections, and the listeners.
enum { CNL_ALL_STATES = 0xffe };

/// The bit of a state in a set of states.
static inline uint32_t cnl_state_bit(unsigned state)
{
    return UINT32_C(1) << state;
}

/// What a dump asks for.
struct cnl_tcp_request {
    enum cnl_request_kind kind;
    /// A set of states. A dump of `CST_LISTEN` alone does not walk the table of connections.
    ///
    /// With `CST_BOUND_INACTIVE`, a kernel since 6.8 walks its table of bound sockets too; older ones ignore it, which
    /// `cnl_reports_bound_inactive` finds out. The kernel reports these sockets as CLOSE, so a dump asks for one of the
    /// two: no socket in the table of connections is in state CLOSE for longer than its removal takes.
    uint32_t states;
    /// As in `struct cnl_tcp_fold`. With a list of listeners the kernel also reports their drops, which takes a longer
    /// message for each socket. For latency and idleness it locks every socket, and reports INET_DIAG_INFO.
    struct cnl_listeners *_Nullable listeners;
    struct cnl_ports *_Nullable ports;
    struct cnl_destinations *_Nullable destinations;
    struct cnl_cgroups *_Nullable cgroups;
    struct cnl_latency *_Nullable latency;
    struct cnl_idleness *_Nullable idleness;
    const struct cnl_filter *_Nullable filter;
};

/// Asks for sockets and adds them to `counts`. Fails as `cnl_dump` does.
bool cnl_tcp_dump(struct cnl_socket *__noescape socket, const struct cnl_tcp_request *__noescape request,
                  struct cnl_tcp_counts *__noescape counts, struct cnl_error *__noescape error);

/// Finds out whether the kernel reports sockets in state BOUND_INACTIVE, by asking for one that it binds itself.
///
/// - Returns: false with `error` set when it could not find out: `CNL_NO_PROBE` where all ports are taken.
bool cnl_reports_bound_inactive(struct cnl_socket *__noescape socket, bool *__noescape reports,
                                struct cnl_error *__noescape error);

#pragma clang assume_nonnull end

#endif
