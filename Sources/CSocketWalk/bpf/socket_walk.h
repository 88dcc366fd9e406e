// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What the BPF program and its loader share.

#ifndef CSOCKETWALK_SOCKET_WALK_H
#define CSOCKETWALK_SOCKET_WALK_H

enum { WALK_CONNECTIONS, WALK_LISTENERS, WALK_TABLES };
enum { WALK_OWN_NAMESPACE, WALK_OTHER_NAMESPACES, WALK_SCOPES };
enum { WALK_FAMILIES = 2, WALK_STATES = 16 };

/// The buckets to walk in one run: few enough that the RCU read section stays short.
struct walk_request {
    __u64 table;
    __u64 first_bucket;
    __u64 buckets;
};

/// What the runs add up to. The loader clears it before a scan.
struct walk_result {
    __u64 sockets[WALK_SCOPES][WALK_FAMILIES][WALK_STATES];
    __u64 unknown_families;
    /// Chains that a socket left or joined while they were read, which were then counted again.
    __u64 recounted_chains;
    /// Chains that changed each time, or are too long: their sockets are in no count.
    __u64 uncounted_chains;
    __u64 visited_sockets;
    __u32 table_buckets[WALK_TABLES];
};

#endif
