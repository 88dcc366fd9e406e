// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What the BPF program and its loader share.

#ifndef CSOCKETWALK_SOCKET_WALK_H
#define CSOCKETWALK_SOCKET_WALK_H

#include "CSocketConnections.h"
#include "CSocketCounts.h"
#include "CSocketDestinations.h"

/// What a scan counts.
enum walk_protocol { WALK_TCP, WALK_UDP };

/// The parts of a scan, in their order.
enum walk_part {
    /// Forgets the scan before.
    WALK_BEGIN,
    /// TCP alone.
    WALK_LISTENERS,
    /// The own namespace's table of connections, or of UDP sockets.
    WALK_SOCKETS,
    /// Tables that the own namespace does not use: first those of namespaces that belong to the own user namespace,
    /// then those of all others. To be run until `foreign_is_done`.
    WALK_HOST_TABLES,
    WALK_TENANT_TABLES,
};

/// Places in the list of namespaces: the own one, one that stands for all that have no place of their own, and the
/// rest. Namespaces that belong to another user namespace, which any user can make, get at most half of the rest.
enum { WALK_NAMESPACE_SLOTS = 1 << 12 };

/// Records of listening endpoints or of UDP ports in the result: those of a run, until the loader takes them.
enum { WALK_RECORDS = 1 << 13 };

/// Sockets of a chain that can be noted until it is seen whole, where those that follow each other and are counted
/// alike are one, and of UDP sockets all that are counted alike: a chain of more is not counted.
enum { WALK_LONGEST_CHAIN = 1 << 16 };

/// What is counted beside states and ports, as bits.
enum {
    WALK_FOLD_QUEUES = 1 << 0,
    WALK_FOLD_CGROUPS = 1 << 1,
    WALK_FOLD_LATENCY = 1 << 2,
    WALK_FOLD_IDLE = 1 << 3,
};

/// Any user to whom a part of the hierarchy of cgroups is delegated can make some: half of the places are for those
/// that the loader prefers.
enum {
    WALK_PREFERRED_CGROUPS = CST_CGROUP_SLOTS / 2,
    WALK_COMMON_CGROUPS = CST_CGROUP_SLOTS - WALK_PREFERRED_CGROUPS - CST_FIRST_CGROUP,
};

/// How much is told of a cgroup's path: bytes, a power of 2; bytes of a name with its end; and levels.
enum { WALK_PATH_SIZE = 1 << 10, WALK_NAME_SIZE = 256, WALK_DEEPEST_CGROUP = 64 };

enum { WALK_TICK_SHIFT = 22 };

/// What is fixed before the program is loaded. Nobody can write it then.
struct walk_setup {
    /// A number that each request must hold. A raw tracepoint that somebody attaches the program to does not know it.
    __u64 token;
    /// Whether the processor may exchange two reads, so that they need a barrier.
    __u32 orders_reads;
    /// How many reads of each chain are taken for changed ones: none, but in the test of what happens then.
    __u32 changed_reads;
    /// The folds that a scan may have; those that it may not are not in the program.
    __u64 folds;
    struct cst_destination_keys destination_keys;
};

/// What to walk in one run, which is one RCU read section. It is as long as the arguments of a tracepoint may be, and
/// is read to its end: the kernel attaches a program to no tracepoint that has fewer.
struct walk_request {
    __u64 unused[5];
    __u64 token;
    __u64 part;
    /// Where a scan begins: what it counts.
    __u64 protocol;
    __u64 first_bucket;
    /// The run ends after it has visited so many sockets, or one group of chains more.
    __u64 sockets;
    /// Whether sockets of other namespaces are told apart.
    __u64 by_namespace;
    /// The folds of the scan.
    __u64 folds;
};

/// What a run returns: 0, or why it did nothing.
enum { WALK_REFUSED = 1, WALK_BUSY = 2 };

struct walk_namespace {
    __u32 inode;
    /// Not all of its connections are in the counts: from its place on, until its own table was counted whole.
    __u8 is_incomplete;
    /// There was no room for all of its listening endpoints.
    __u8 lacks_listeners;
    /// It belongs to another user namespace, so that any user can have made it.
    __u8 is_of_tenant;
    /// The kernel's number of the namespace, which is not used again, or 0.
    __u64 cookie;
    /// The number of the cgroup of one of its sockets, or 0.
    __u64 cgroup;
    __u32 sockets[CST_FAMILIES][CST_STATES];
};

/// A cgroup of the unified hierarchy.
struct walk_cgroup {
    /// That of its directory.
    __u64 number;
    __u32 sockets[CST_STATES];
    /// The bytes of its name and those of the directories above it, each with a 0 at its end.
    __u32 names_size;
    /// It is too deep, or its path too long.
    __u32 has_no_path;
    char names[WALK_PATH_SIZE + WALK_NAME_SIZE];
};

/// A local port of the own namespace with UDP sockets of a family.
struct walk_udp_port {
    /// Datagrams that its sockets dropped since they were opened.
    __u64 drops;
    __u16 port;
    /// `CST_IPV4` or `CST_IPV6`.
    __u16 family;
};

/// Sums over the sockets of the own namespace; timers by the numbers of sock_diag.
struct walk_queues {
    __u64 receive_bytes[CST_FAMILIES];
    __u64 send_bytes[CST_FAMILIES];
    __u64 timers[CST_TIMERS];
};

/// What the runs of a scan add up to: cleared as a whole before the next scan.
struct walk_scan {
    __u64 visited_sockets;
    __u64 unknown_families;
    /// Chains that were read again because they changed.
    __u64 reread_chains;
    /// Chains that changed in all their reads, and chains that are too long: their sockets are in no count.
    __u64 changed_chains;
    __u64 long_chains;
    /// Tables that were not counted whole, and lists of namespaces that were not looked at to their end.
    __u64 uncounted_tables;
    /// The own namespace does not use the table that most share, and that was not counted whole.
    __u64 shared_table_is_incomplete;
    /// There are more namespaces than are looked at.
    __u64 list_is_cut;
    __u64 longest_chain;
    /// This kernel lacks the members for queues and timers, for a listener's backlog and drops, for a UDP socket's
    /// drops, or for the UDP table of a namespace.
    __u64 lacks_queues;
    __u64 lacks_listeners;
    __u64 lacks_drops;
    __u64 lacks_udp_table;
    /// It lacks the members for cgroups, for round trips and what belongs to them, or for idle times.
    __u64 lacks_cgroups;
    __u64 lacks_latency;
    __u64 lacks_idle;
    /// There were more cgroups than places.
    __u64 has_more_cgroups;
    /// A time of the own namespace that the kernel tells in seconds too (tcp_keepalive_time), in ticks.
    __u64 keepalive_ticks;
    struct walk_queues queues;
    /// The most sockets that go to one destination from ephemeral ports, or more than that.
    __u64 busiest_destination;
    /// The table of the last run, and where the next run begins.
    __u64 table_buckets;
    __u64 next_bucket;
    __u64 foreign_is_done;
    /// The run ended within a chain, which can be read on for a short while.
    __u64 chain_is_open;
    __u32 namespaces;
    __u32 cgroups;
    /// Records of the runs since they were taken last.
    __u32 records;
};

/// The memory that the loader maps. The program writes it, and reads nothing there that leads to an address.
struct walk_result {
    struct walk_scan scan;
    union {
        struct cst_listener listener[WALK_RECORDS];
        struct walk_udp_port udp_port[WALK_RECORDS];
    };
    struct walk_namespace namespace[WALK_NAMESPACE_SLOTS];
    /// The counter of each local port, written by the loader. 0 is that of all ports without a listener.
    __u16 port_slot[CST_PORTS];
    __u32 port_sockets[CST_PORT_SLOTS][CST_STATES];
    /// The ports from which the kernel opens connections, written by the loader, and those of them that have a
    /// connection.
    __u8 ephemeral_ports[CST_PORT_SET_SIZE];
    __u8 used_ports[CST_PORT_SET_SIZE];
    struct cst_destination_counts destinations;
    struct walk_cgroup cgroup[CST_CGROUP_SLOTS];
    /// The numbers of those that get places before others, written by the loader, and how many they are.
    __u64 preferred_cgroup[WALK_PREFERRED_CGROUPS];
    __u32 preferred_cgroups;
    /// How long a tick of the kernel's clock is, in milliseconds times 2 to the power of `WALK_TICK_SHIFT`, written by
    /// the loader.
    __u32 tick_length;
    /// By the counter of the local port.
    struct cst_latency latency[CST_PORT_SLOTS];
    struct cst_idleness idleness[CST_PORT_SLOTS][CST_IDLE_ROWS];
};

#endif
