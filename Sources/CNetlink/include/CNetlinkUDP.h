// SPDX-License-Identifier: Apache-2.0
//
// Dumps of UDP sockets (udp_diag).

#ifndef CNETLINK_UDP_H
#define CNETLINK_UDP_H

#include "CNetlinkConversation.h"

#pragma clang assume_nonnull begin

// MARK: Counts

/// Sums over the sockets of one or more dumps.
struct cnl_udp_counts {
    /// Sockets by family and state: `CST_ESTABLISHED` and `CST_CLOSE`.
    uint64_t sockets[CST_FAMILIES][CST_STATES];
    /// Memory of the datagrams that were received and not yet read by the application.
    uint64_t receive_queue_bytes[CST_FAMILIES];
    /// Memory of the datagrams that were written by the application and not yet sent.
    uint64_t send_queue_bytes[CST_FAMILIES];
    /// Sockets left out of all of the above.
    uint64_t unknown_families;
    uint64_t unknown_states;
    /// Sockets that were counted by port, and whose drops the kernel did not report.
    uint64_t unknown_drops;
    /// The cgroup of the first socket that has one other than the root: the inode number of its directory under the
    /// cgroup2 mount. 0 where there is none, or where the kernel did not report it.
    uint64_t cgroup;
    /// Attributes and messages that were skipped.
    uint64_t unknown_attributes;
    uint64_t unknown_messages;
};

/// Sockets of a family (`CST_IPV4`, `CST_IPV6`) in a state (below `CST_STATES`); 0 for any other index.
static inline uint64_t cnl_udp_sockets(const struct cnl_udp_counts *__noescape counts, unsigned family, unsigned state)
{
    return family < CST_FAMILIES && state < CST_STATES ? counts->sockets[family][state] : 0;
}

/// Receive queue bytes of a family; 0 for any other index.
static inline uint64_t cnl_udp_receive_queue_bytes(const struct cnl_udp_counts *__noescape counts, unsigned family)
{
    return family < CST_FAMILIES ? counts->receive_queue_bytes[family] : 0;
}

/// Send queue bytes of a family; 0 for any other index.
static inline uint64_t cnl_udp_send_queue_bytes(const struct cnl_udp_counts *__noescape counts, unsigned family)
{
    return family < CST_FAMILIES ? counts->send_queue_bytes[family] : 0;
}

// MARK: Ports

/// Which ports are bound, and the drops of their sockets, by family.
struct cnl_udp_ports;

/// Creates a table in which no port is bound; freed with `cnl_udp_ports_free`. Returns null without memory, of which it
/// takes little for few ports, and 1.1 MB for all.
struct cnl_udp_ports *_Nullable cnl_udp_ports_new(void);
void cnl_udp_ports_free(struct cnl_udp_ports *ports);

/// How many ports are bound, those of both families.
size_t cnl_udp_ports_count(const struct cnl_udp_ports *__noescape ports);

/// The first port of a family from `port` on that is bound; `CST_PORTS` where there is none, and for any other family.
uint32_t cnl_udp_bound_port(const struct cnl_udp_ports *__noescape ports, unsigned family, uint32_t port);

/// Drops of the sockets that are bound to a port, which may share it; 0 for any other index.
uint64_t cnl_udp_port_drops(const struct cnl_udp_ports *__noescape ports, unsigned family, uint32_t port);

// MARK: The reader

/// What the messages of an answer are added to.
struct cnl_udp_fold {
    struct cnl_udp_counts *counts;
    /// Filled with the bound ports and their drops, where it is not null.
    struct cnl_udp_ports *_Nullable ports;
};

/// The reader of UDP sockets. The fold must outlive it.
struct cnl_reader cnl_udp_reader(struct cnl_udp_fold *fold);

// MARK: Dumps

/// What a dump asks for.
struct cnl_udp_request {
    /// `CST_IPV4` or `CST_IPV6`: the kernel has no request for both.
    unsigned family;
    /// A set of states, with the bit of each (`1 << CST_CLOSE`); all bits for every state. With none the kernel walks
    /// its table and reports nothing, which shows whether it answers.
    uint32_t states;
    /// As in `struct cnl_udp_fold`. With it the kernel also reports drops, which takes a longer message for each
    /// socket.
    struct cnl_udp_ports *_Nullable ports;
};

/// Asks for sockets and adds them to `counts`. Fails as `cnl_dump` does.
bool cnl_udp_dump(struct cnl_socket *__noescape socket, const struct cnl_udp_request *__noescape request,
                  struct cnl_udp_counts *__noescape counts, struct cnl_error *__noescape error);

#pragma clang assume_nonnull end

#endif
