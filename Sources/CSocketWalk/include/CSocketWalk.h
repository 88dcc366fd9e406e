// SPDX-License-Identifier: Apache-2.0
//
// Counts the kernel's TCP sockets with a BPF program that walks the hash tables in place: no message for each socket,
// no lock, no reference.
//
// A scan has three steps: `csw_begin`, `csw_walk_listeners` and `csw_walk_connections`. It is about the network
// namespace of the thread that calls them, and about the other namespaces together or one by one. Its results stay with
// the walker until the next scan begins. A walker belongs to one thread at a time.
//
// A loaded program keeps two things: its descriptor, which runs it, and a mapping of the memory that it writes its
// results to. It takes no address from that memory.

#ifndef CSOCKETWALK_H
#define CSOCKETWALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if __has_include(<ptrcheck.h>)
#include <ptrcheck.h>
#endif
#ifndef __counted_by
#define __counted_by(n)
#endif
#ifndef __noescape
#if __has_attribute(noescape)
#define __noescape __attribute__((noescape))
#else
#define __noescape
#endif
#endif

#pragma clang assume_nonnull begin

/// Indices of the families in `struct csw_counts`.
enum { CSW_IPV4 = 0, CSW_IPV6 = 1, CSW_FAMILIES = 2 };

/// One more than the largest socket state counted, by the kernel's numbers (TCP_ESTABLISHED is 1).
enum { CSW_STATES = 16 };

/// One more than the largest timer counted, by the numbers of sock_diag.
enum { CSW_TIMERS = 5 };

/// The number of local ports, and of counters to count their sockets with.
enum { CSW_PORTS = 1 << 16, CSW_PORT_SLOTS = 1 << 12 };

enum csw_failure {
    CSW_NO_FAILURE = 0,
    /// The kernel does not describe its types (no /sys/kernel/btf/vmlinux).
    CSW_NO_TYPES,
    /// This process may not load BPF programs.
    CSW_NOT_PERMITTED,
    /// The kernel's verifier refused every form of the program.
    CSW_NOT_LOADABLE,
    /// Another call failed.
    CSW_CALL_FAILED,
    /// The scan's deadline has passed.
    CSW_TIMED_OUT,
};

/// The reason of a failure.
struct csw_error {
    enum csw_failure failure;
    /// An errno, or 0 where the failure has none.
    int error_number;
    /// The call that failed, a static string, or null.
    const char *_Nullable call;
};

/// A loaded BPF program.
struct csw_walker;

/// Loads the program in the best form that the kernel takes; the caller closes it with `csw_close`.
/// Returns null with `error` set when it fails.
struct csw_walker *_Nullable csw_open(struct csw_error *__noescape error);

/// Unloads the program.
void csw_close(struct csw_walker *walker);

// MARK: The scan

/// What a scan reads beside.
struct csw_options {
    /// Tells the sockets of other network namespaces apart, and walks the tables of those that have one of their own
    /// too. Without it, only those in the own namespace's tables are counted, in `CSW_OTHER_NAMESPACES`.
    bool by_namespace;
    /// Reads queues and timers, which takes up to 2.3 times as long.
    bool with_queues;
    /// When the scan fails because it takes too long, in nanoseconds of CLOCK_MONOTONIC; 0 is never.
    uint64_t deadline;
    /// How long tables that the own namespace does not use may be walked, in nanoseconds. The namespaces whose tables
    /// are not walked to their end by then are incomplete.
    uint64_t foreign_nanoseconds;
};

/// Forgets the scan before and begins another. Returns false with `error` set when it fails.
bool csw_begin(struct csw_walker *__noescape walker, struct csw_options options, struct csw_error *__noescape error);

/// Counts the sockets that listen. Returns false with `error` set when it fails; the scan's counts are then partial.
/// Those of chains that could not be counted (`lost_listener_chains`) are missing in all counts.
bool csw_walk_listeners(struct csw_walker *__noescape walker, struct csw_error *__noescape error);

/// Counts all other sockets.
///
/// - `port_slots`: for each local port the counter of its sockets, below `CSW_PORT_SLOTS`; 0 counts those of all ports
///   that are not told apart.
/// - Returns: false with `error` set when it fails; the scan's counts are then partial.
bool csw_walk_connections(struct csw_walker *__noescape walker,
                          const uint16_t *__noescape __counted_by(CSW_PORTS) port_slots,
                          struct csw_error *__noescape error);

// MARK: What it brought

/// The listening sockets of an endpoint, added up.
struct csw_listener {
    /// In network order; an IPv4 address is in the first four bytes.
    uint8_t address[16];
    /// Connections that wait to be accepted, and how many may. The kernel admits one more for each socket.
    uint64_t backlog;
    uint64_t backlog_limit;
    /// Connections and packets dropped since the sockets began to listen.
    uint64_t drops;
    /// How many sockets there are, and how many have a full queue.
    uint32_t sockets;
    uint32_t full_sockets;
    /// Backlog and limit of the socket whose queue is the fullest.
    uint32_t fullest_backlog;
    uint32_t fullest_limit;
    /// The index of the interface that the sockets are bound to, or 0.
    uint32_t interface;
    /// The index of their namespace.
    uint32_t namespace_index;
    uint16_t port;
    /// `CSW_IPV4` or `CSW_IPV6`.
    uint16_t family;
};

/// How the scan went. The sockets of a chain that changed in all its reads, or that is too long, are in no count.
struct csw_summary {
    /// Sockets left out because their family is neither IPv4 nor IPv6.
    uint64_t unknown_families;
    /// How often a chain was read again because it changed while it was read.
    uint64_t reread_chains;
    /// Chains of the table of listeners, which all namespaces share, that could not be counted.
    uint64_t lost_listener_chains;
    /// Chains of the own namespace's table of connections that changed in all their reads, and those that are too long:
    /// more than 65,536 sockets, where those that follow each other and are counted alike are one.
    uint64_t changed_chains;
    uint64_t long_chains;
    /// Tables that the own namespace does not use and that were not counted whole.
    uint64_t uncounted_tables;
    /// One of them is the table that most namespaces share: no other namespace's connections are complete.
    bool shared_table_is_incomplete;
    /// All tables of namespaces that belong to the own user namespace were walked: of these, those that were not
    /// counted whole and have a socket are marked incomplete.
    bool host_tables_are_walked;
    /// This kernel keeps queues and timers elsewhere: their counts are 0.
    bool lacks_queues;
    /// The longest run of the program, in nanoseconds.
    uint64_t longest_run;
    /// The own namespace's table of connections, which most namespaces share: its sockets of all namespaces, its size,
    /// and its longest chain.
    uint64_t table_entries;
    uint64_t table_buckets;
    uint64_t longest_chain;
};

/// How the last scan went.
struct csw_summary csw_summary(const struct csw_walker *__noescape walker);

/// The namespaces of the last scan: the own one, all that are not told apart, and then the others.
enum { CSW_OWN_NAMESPACE = 0, CSW_OTHER_NAMESPACES = 1, CSW_FIRST_FOREIGN_NAMESPACE = 2 };

/// How many namespaces there are; their indices are below.
size_t csw_namespaces(const struct csw_walker *__noescape walker);

/// A network namespace.
struct csw_namespace {
    /// Its inode number; 0 for `CSW_OTHER_NAMESPACES`, and for an index that is too large.
    uint32_t inode;
    /// The kernel's number of it, which is not used again; 0 where the kernel has none (before Linux 5.12).
    uint64_t cookie;
    /// The number of the cgroup of one of its sockets, or 0.
    uint64_t cgroup;
    /// Connections of it are missing in the counts.
    bool is_incomplete;
    /// Its listeners are more than are listed of a namespace, or of all of them: none is complete.
    bool lacks_listeners;
    /// It belongs to another user namespace than the process, so that any user can have made it.
    bool is_of_tenant;
};

/// A namespace of the last scan.
struct csw_namespace csw_namespace(const struct csw_walker *__noescape walker, size_t index);

/// Sockets of a namespace by family (`CSW_IPV4`, `CSW_IPV6`) and state (below `CSW_STATES`); 0 for any other index.
/// NEW_SYN_RECV is counted as SYN_RECV, and minisockets by what they stand for, as sock_diag reports them.
uint64_t csw_sockets(const struct csw_walker *__noescape walker, size_t index, unsigned family, unsigned state);

/// Connection requests among the sockets of a namespace in SYN_RECV: those that are not yet sockets of their own.
uint64_t csw_requests(const struct csw_walker *__noescape walker, size_t index);

/// Sockets of the own namespace, without listeners, by the counter of their local port and by state; 0 for any other
/// index.
uint64_t csw_port_sockets(const struct csw_walker *__noescape walker, unsigned slot, unsigned state);

/// Bytes received by the own namespace's sockets of a family and not yet read; 0 for any other index.
uint64_t csw_receive_queue_bytes(const struct csw_walker *__noescape walker, unsigned family);

/// Bytes written to them and not yet acknowledged; 0 for any other index.
uint64_t csw_send_queue_bytes(const struct csw_walker *__noescape walker, unsigned family);

/// Sockets of the own namespace by the timer they wait for, with the numbers of sock_diag (below `CSW_TIMERS`); 0 for
/// any other index.
uint64_t csw_timer_sockets(const struct csw_walker *__noescape walker, unsigned timer);

/// The number of listening endpoints in the own namespace and in the other namespaces that have counts of their own.
size_t csw_listeners(const struct csw_walker *__noescape walker);

/// One of them; all zero for an index that is too large.
struct csw_listener csw_listener(const struct csw_walker *__noescape walker, size_t index);

#pragma clang assume_nonnull end

#endif
