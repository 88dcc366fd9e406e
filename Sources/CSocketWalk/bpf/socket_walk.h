// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What the BPF program and its loader share.

#ifndef CSOCKETWALK_SOCKET_WALK_H
#define CSOCKETWALK_SOCKET_WALK_H

/// The parts of a scan, in their order.
enum walk_part {
    /// Forgets the scan before, and lists the namespaces.
    WALK_NAMESPACES,
    WALK_LISTENERS,
    WALK_CONNECTIONS,
};

/// Places in the list of namespaces: one that stands for all that have no place of their own, and how many there are.
enum { WALK_OWN_NAMESPACE, WALK_OTHER_NAMESPACES, WALK_FIRST_FOREIGN_NAMESPACE, WALK_NAMESPACE_SLOTS = 1 << 10 };

enum { WALK_FAMILIES = 2, WALK_STATES = 16, WALK_TIMERS = 5 };
enum { WALK_PORTS = 1 << 16, WALK_PORT_SLOTS = 1 << 12 };
enum { WALK_LISTENER_RECORDS = 1 << 13 };

/// What to walk in one run: so few buckets that the RCU read section stays short.
struct walk_request {
    __u64 part;
    /// Where the table of connections is one namespace's own: its place in the list.
    __u64 namespace_slot;
    __u64 first_bucket;
    __u64 buckets;
    /// Whether sockets of other namespaces are told apart.
    __u64 by_namespace;
    /// Whether queues and timers are read.
    __u64 with_queues;
};

struct walk_namespace {
    __u32 inode;
    /// Its connections are in a table that no namespace before it in the list uses.
    __u32 has_table;
    __u32 sockets[WALK_FAMILIES][WALK_STATES];
};

/// A listening socket of the own namespace.
struct walk_listener {
    __u64 address[2];
    __u32 backlog;
    __u32 backlog_limit;
    __u32 drops;
    __u16 port;
    __u16 is_ipv6;
};

/// Sums over the sockets of the own namespace; timers by the numbers of sock_diag.
struct walk_queues {
    __u64 receive_bytes[WALK_FAMILIES];
    __u64 send_bytes[WALK_FAMILIES];
    __u64 timers[WALK_TIMERS];
};

/// What the runs of a scan add up to.
struct walk_result {
    __u64 visited_sockets;
    __u64 unknown_families;
    /// Chains that got a socket or led to another bucket while they were read, which were then counted again.
    __u64 recounted_chains;
    /// Chains that changed each time, or are too long: their sockets are in no count.
    __u64 uncounted_chains;
    /// Tables of namespaces that have no place in the list: their sockets are in no count.
    __u64 uncounted_tables;
    __u64 longest_chain;
    struct walk_queues queues;
    /// The table of the last run, and where the next run begins.
    __u64 table_buckets;
    __u64 next_bucket;
    /// The namespace of the last run's table has gone.
    __u32 namespace_is_gone;
    __u32 namespaces;
    __u32 listeners;
    struct walk_listener listener[WALK_LISTENER_RECORDS];
    struct walk_namespace namespace[WALK_NAMESPACE_SLOTS];
    /// The counter of each local port, written by the loader. 0 is that of all ports without a listener.
    __u16 port_slot[WALK_PORTS];
    __u32 port_sockets[WALK_PORT_SLOTS][WALK_STATES];
};

#endif
