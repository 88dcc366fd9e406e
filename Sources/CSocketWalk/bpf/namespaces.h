// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The network namespaces: their places in the result, and the tables that hold their connections.
//
// Their list is the kernel's own, changed under a lock and read under RCU: a namespace leaves it before its table is
// freed, and a read section lies between.

#ifndef CSOCKETWALK_NAMESPACES_H
#define CSOCKETWALK_NAMESPACES_H

#include "reading.h"
#include "socket_walk.h"

enum {
    /// Places in the index of namespaces by address, a power of 2, and the length of a search in it: it is never more
    /// than half full.
    INDEX_ENTRIES = 2 * WALK_NAMESPACE_SLOTS,
    INDEX_PROBES = 64,
    /// Where the listing of namespaces ends at the latest.
    MOST_NAMESPACES = 1 << 16,
};

extern struct walk_result result SEC(".bss.result");

struct index_entry {
    __u64 namespace;
    __u64 slot;
};

// Addresses of the kernel's memory, which stay in memory that the loader does not map.
static __u64 own_namespace;
static struct index_entry namespace_index[INDEX_ENTRIES];
static __u64 namespace_at[WALK_NAMESPACE_SLOTS];
static __u64 hashinfo_at[WALK_NAMESPACE_SLOTS];
/// The tables that are no namespace's own, and so never go; 0 as long as none were seen.
static __u64 shared_hashinfo;

static __always_inline __u64 hashinfo_of(__u64 namespace)
{
    if (bpf_core_type_exists(struct inet_timewait_death_row) &&
        bpf_core_field_size(struct net, ipv4.tcp_death_row) < bpf_core_type_size(struct inet_timewait_death_row)) {
        __u64 row = READ_ADDRESS(namespace, struct net___apart, ipv4.tcp_death_row);
        return READ_ADDRESS(row, struct inet_timewait_death_row, hashinfo);
    }
    return READ_ADDRESS(namespace, struct net, ipv4.tcp_death_row.hashinfo);
}

static __always_inline int is_table_of_one_namespace(__u64 hashinfo)
{
    return bpf_core_field_exists(struct inet_hashinfo, pernet) && READ(hashinfo, struct inet_hashinfo, pernet);
}

static __always_inline void set_namespace(__u32 slot, __u64 namespace)
{
    slot &= WALK_NAMESPACE_SLOTS - 1;
    namespace_at[slot] = namespace;
    result.namespace[slot].inode = READ(namespace, struct net, ns.inum);
}

/// The place of another namespace, which is given one when it is new and there is room.
__noinline int namespace_slot(__u64 namespace)
{
    __u64 hash = namespace * 0x9e3779b97f4a7c15;
    for (__u32 probe = 0; probe < INDEX_PROBES; probe++) {
        struct index_entry *entry = &namespace_index[((hash >> 40) + probe) & (INDEX_ENTRIES - 1)];
        if (entry->namespace == namespace)
            return entry->slot;
        if (entry->namespace)
            continue;
        if (result.namespaces >= WALK_NAMESPACE_SLOTS)
            break;
        entry->namespace = namespace;
        entry->slot = result.namespaces++;
        set_namespace(entry->slot, namespace);
        return entry->slot;
    }
    return WALK_OTHER_NAMESPACES;
}

/// The list's head is not in a namespace, and what lies around it does not have a namespace's operations.
static __always_inline int is_namespace(__u64 address)
{
    return READ_ADDRESS(address, struct net, ns.ops) == READ_ADDRESS(own_namespace, struct net, ns.ops);
}

static __always_inline __u64 next_namespace(__u64 namespace)
{
    return READ_ADDRESS(namespace, struct net, list.next) - bpf_core_field_offset(struct net, list);
}

/// Notes the tables of a namespace when those listed before it have others.
static __always_inline void list_tables(__u64 namespace, __u32 slot)
{
    __u64 hashinfo = hashinfo_of(namespace);
    slot &= WALK_NAMESPACE_SLOTS - 1;
    if (hashinfo == shared_hashinfo)
        return;
    if (!is_table_of_one_namespace(hashinfo)) {
        shared_hashinfo = hashinfo;
    } else if (slot == WALK_OTHER_NAMESPACES) {
        result.uncounted_tables++;
        return;
    }
    hashinfo_at[slot] = hashinfo;
    result.namespace[slot].has_table = 1;
}

static long list_namespace(__u32 index, __u64 *namespace)
{
    *namespace = next_namespace(*namespace);
    if (*namespace == own_namespace)
        return 1;
    if (is_namespace(*namespace))
        list_tables(*namespace, namespace_slot(*namespace));
    return 0;
}

static long forget_index_entry(__u32 index, void *context)
{
    namespace_index[index & (INDEX_ENTRIES - 1)] = (struct index_entry){0};
    return 0;
}

/// Gives each namespace its place, and finds those whose tables are to be walked.
static __always_inline void list_namespaces(int by_namespace)
{
    bpf_loop(INDEX_ENTRIES, forget_index_entry, NULL, 0);
    shared_hashinfo = 0;
    result.namespaces = WALK_FIRST_FOREIGN_NAMESPACE;
    set_namespace(WALK_OWN_NAMESPACE, own_namespace);
    list_tables(own_namespace, WALK_OWN_NAMESPACE);
    __u64 namespace = own_namespace;
    if (by_namespace)
        bpf_loop(MOST_NAMESPACES, list_namespace, &namespace, 0);
}

struct search {
    __u64 namespace;
    __u64 sought;
    __u64 is_found;
};

static long seek_namespace(__u32 index, struct search *search)
{
    search->namespace = next_namespace(search->namespace);
    search->is_found = search->namespace == search->sought;
    return search->is_found || search->namespace == own_namespace;
}

/// The tables that a namespace had when it was listed, or 0 when it has gone since. To be called in the read section in
/// which they are walked.
static __always_inline __u64 hashinfo_at_slot(__u32 slot)
{
    slot &= WALK_NAMESPACE_SLOTS - 1;
    __u64 hashinfo = hashinfo_at[slot];
    if (slot == WALK_OWN_NAMESPACE || hashinfo == shared_hashinfo)
        return hashinfo;
    struct search search = {.namespace = own_namespace, .sought = namespace_at[slot]};
    bpf_loop(MOST_NAMESPACES, seek_namespace, &search, 0);
    // Another one may have its address by now.
    if (!search.is_found || hashinfo_of(search.sought) != hashinfo ||
        READ(search.sought, struct net, ns.inum) != result.namespace[slot].inode)
        return 0;
    return hashinfo;
}

#endif
