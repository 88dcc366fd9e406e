// SPDX-License-Identifier: Apache-2.0
//
// Dumps of UNIX sockets (unix_diag).

#ifndef CNETLINK_UNIX_H
#define CNETLINK_UNIX_H

#include "CNetlinkConversation.h"

#pragma clang assume_nonnull begin

// MARK: Counts

/// Indices of the kinds of UNIX sockets in arrays of counts.
enum { CNL_UNIX_STREAM, CNL_UNIX_DGRAM, CNL_UNIX_SEQPACKET, CNL_UNIX_KINDS };

/// Sums over the sockets of one or more dumps.
struct cnl_unix_counts {
    /// Sockets by kind and state: `CST_ESTABLISHED`, `CST_CLOSE` and, but for datagrams, `CST_LISTEN`.
    uint64_t sockets[CNL_UNIX_KINDS][CST_STATES];
    /// Sockets left out of all of the above, and of the lists of listeners.
    uint64_t unknown_families;
    uint64_t unknown_kinds;
    uint64_t unknown_states;
    /// Attributes and messages that were skipped.
    uint64_t unknown_attributes;
    uint64_t unknown_messages;
};

/// Sockets of a kind (below `CNL_UNIX_KINDS`) in a state (below `CST_STATES`); 0 for any other index.
static inline uint64_t cnl_unix_sockets(const struct cnl_unix_counts *__noescape counts, unsigned kind, unsigned state)
{
    return kind < CNL_UNIX_KINDS && state < CST_STATES ? counts->sockets[kind][state] : 0;
}

// MARK: Listeners

/// The longest name of a socket, without the 0 byte that ends a path.
enum { CNL_UNIX_NAME_SIZE = 108 };

/// A socket that listens.
struct cnl_unix_listener {
    /// Connections that wait to be accepted, and how many may. The kernel admits one more.
    uint32_t backlog;
    uint32_t backlog_limit;
    /// Any bytes. The first of an abstract name is 0, that of a path is not. Never empty.
    uint16_t name_size;
    uint8_t name[CNL_UNIX_NAME_SIZE];
};

/// The sockets that listen, in bounded memory: the most important ones, and the sum of the rest. The memory belongs to
/// the caller.
///
/// A socket whose queue is full comes before one whose queue is not, then the one with the longer queue, then the one
/// with the lesser name, then the one with the higher limit: a dump of the same sockets in another order keeps the same
/// ones.
struct cnl_unix_listeners {
    /// In no particular order.
    struct cnl_unix_listener *_Nullable __counted_by(capacity) records;
    size_t capacity;
    /// How many records there are.
    size_t count;
    /// The rest, and the sockets without a name that can be told apart.
    uint64_t rest_sockets;
    uint64_t rest_full_sockets;
    uint64_t rest_backlog;
    uint64_t rest_backlog_limit;
};

/// Whether so many connections wait that the next one has to wait for a place.
static inline bool cnl_unix_listener_is_full(const struct cnl_unix_listener *__noescape listener)
{
    return listener->backlog > listener->backlog_limit;
}

// MARK: The reader

/// What the messages of an answer are added to.
struct cnl_unix_fold {
    struct cnl_unix_counts *counts;
    /// Filled with the listening sockets, where it is not null; the answer must then tell their names and queues.
    struct cnl_unix_listeners *_Nullable listeners;
};

/// The reader of UNIX sockets. The fold must outlive it.
struct cnl_reader cnl_unix_reader(struct cnl_unix_fold *fold);

// MARK: Dumps

/// What a dump asks for.
struct cnl_unix_request {
    /// A set of states, bit N for state N. The kernel walks its whole table in any case.
    uint32_t states;
    /// As in `struct cnl_unix_fold`. The kernel then reports names and queues of all sockets asked for, and locks the
    /// queue of each that does not listen: ask for `CST_LISTEN` alone.
    struct cnl_unix_listeners *_Nullable listeners;
};

/// Asks for the sockets of the network namespace and adds them to `counts`. Fails as `cnl_dump` does.
bool cnl_unix_dump(struct cnl_socket *__noescape socket, const struct cnl_unix_request *__noescape request,
                   struct cnl_unix_counts *__noescape counts, struct cnl_error *__noescape error);

#pragma clang assume_nonnull end

#endif
