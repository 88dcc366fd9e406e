// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The network namespaces: their places in the result, given to those that have a socket.

#ifndef CSOCKETWALK_NAMESPACES_H
#define CSOCKETWALK_NAMESPACES_H

#include "index.h"
#include "reading.h"
#include "socket_walk.h"

enum {
    /// Sockets of a namespace that are asked for a cgroup other than the root.
    CGROUP_TRIES = 8,
};

extern struct walk_result result SEC(".bss.result");

// Addresses of the kernel's memory, which stay in memory that the loader does not map.
static __u64 own_namespace;
static __u64 own_user_namespace;
static struct index_entry namespace_index[INDEX_ENTRIES];
static __u64 cookie_at[WALK_NAMESPACE_SLOTS];
static __u8 cgroup_tries[WALK_NAMESPACE_SLOTS];
static __u32 namespace_count;
static __u32 tenant_count;
/// The namespace that was looked up last.
static __u64 last_namespace;
static __u32 last_slot;

static __always_inline int has_table_to_walk(__u64 namespace);

/// Whether any user can have made it.
static __always_inline int is_tenant(__u64 namespace)
{
    return bpf_core_field_exists(struct net, user_ns) &&
           READ_ADDRESS(namespace, struct net, user_ns) != own_user_namespace;
}

/// What the kernel does not give to another namespace, as it may its address.
static __always_inline __u64 cookie_of(__u64 namespace)
{
    return bpf_core_field_exists(struct net, net_cookie) ? READ(namespace, struct net, net_cookie)
                                                         : READ(namespace, struct net, ns.inum);
}

static __always_inline void set_namespace(__u32 slot, __u64 namespace)
{
    slot &= WALK_NAMESPACE_SLOTS - 1;
    struct walk_namespace *place = &result.namespace[slot];
    place->inode = READ(namespace, struct net, ns.inum);
    if (bpf_core_field_exists(struct net, net_cookie))
        place->cookie = READ(namespace, struct net, net_cookie);
    place->is_of_tenant = is_tenant(namespace);
    place->is_incomplete = has_table_to_walk(namespace);
    cookie_at[slot] = cookie_of(namespace);
    cgroup_tries[slot] = 0;
}

/// Whether there is a place left for a namespace.
static __always_inline int has_place_for(__u64 namespace)
{
    return namespace_count < WALK_NAMESPACE_SLOTS && (!is_tenant(namespace) || tenant_count < WALK_NAMESPACE_SLOTS / 2);
}

/// Whether an entry of the index is that of a namespace, and not an empty one, or one of another that had its address.
static __always_inline int is_entry_of(const struct index_entry *entry, __u64 namespace)
{
    return entry->scan == scan_number && cookie_at[entry->value & (WALK_NAMESPACE_SLOTS - 1)] == cookie_of(namespace);
}

/// The place of a namespace, which is given one when it is new and there is room.
__noinline int namespace_slot(__u64 namespace)
{
    if (namespace == last_namespace)
        return last_slot;
    struct index_entry *entry = find_entry(namespace_index, namespace);
    if (!entry)
        return CST_OTHER_NAMESPACES;
    if (!is_entry_of(entry, namespace)) {
        if (!has_place_for(namespace))
            return CST_OTHER_NAMESPACES;
        entry->scan = scan_number;
        entry->address = namespace;
        entry->value = namespace_count++;
        tenant_count += is_tenant(namespace);
        set_namespace(entry->value, namespace);
        result.scan.namespaces = namespace_count;
    }
    last_namespace = namespace;
    last_slot = entry->value;
    return last_slot;
}

/// Notes the cgroup of a socket that is neither a minisocket nor a request as one of its namespace's.
static __always_inline void note_cgroup(__u32 slot, __u64 socket)
{
    slot &= WALK_NAMESPACE_SLOTS - 1;
    if (slot == CST_OTHER_NAMESPACES || cgroup_tries[slot] >= CGROUP_TRIES ||
        !bpf_core_field_exists(struct sock, sk_cgrp_data.cgroup))
        return;
    __u64 cgroup = READ_ADDRESS(socket, struct sock, sk_cgrp_data.cgroup);
    __u64 node = READ_ADDRESS(cgroup, struct cgroup, kn), number = READ(node, struct kernfs_node, id);
    cgroup_tries[slot]++;
    if (number == 0 || number == CST_ROOT_CGROUP)
        return;
    result.namespace[slot].cgroup = number;
    cgroup_tries[slot] = CGROUP_TRIES;
}

/// Gives the own namespace its place.
static __always_inline void begin_namespaces(void)
{
    scan_number++;
    own_namespace = current_namespace();
    // Of the process, which may count a namespace that somebody else has made.
    __u64 credentials = READ_ADDRESS(bpf_get_current_task(), struct task_struct, cred);
    own_user_namespace = READ_ADDRESS(credentials, struct cred, user_ns);
    last_namespace = 0;
    tenant_count = 0;
    namespace_count = CST_FIRST_FOREIGN_NAMESPACE;
    result.scan.namespaces = namespace_count;
    set_namespace(CST_OWN_NAMESPACE, own_namespace);
}

#endif
