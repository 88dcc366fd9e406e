// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The hash tables of the network namespaces, of TCP or of UDP: the one that most share, and those that are one
// namespace's own.
//
// The list of namespaces is the kernel's own, changed under a lock and read under RCU: a namespace leaves it before its
// table is freed, and a read section lies between. So each run finds a namespace in the list again before it reads its
// table, and keeps no address of a table for the next.

#ifndef CSOCKETWALK_TABLES_H
#define CSOCKETWALK_TABLES_H

#include "namespaces.h"
#include "reading.h"

enum {
    /// Namespaces that are looked at for the next table: those that come later in the kernel's list are left out.
    MOST_NAMESPACES = 1 << 12,
    /// Tables that a run walks.
    TABLES_OF_A_RUN = 64,
};

__noinline int count_table(__u32 first_bucket);

/// The UDP table that most namespaces share; 0 where it is not known. That of TCP says so itself.
static __u64 shared_udp_table;

/// Tables of this scan that are done.
static struct index_entry table_index[INDEX_ENTRIES];

/// The table that the last run did not end. Not static, for the reason that the chain is not.
struct {
    __u64 table;
    __u64 cookie;
    __u32 next_bucket;
    __u32 has_losses;
} unfinished __hidden;

static __always_inline __u64 hashinfo_of(__u64 namespace)
{
    if (bpf_core_type_exists(struct inet_timewait_death_row) &&
        bpf_core_field_size(struct net, ipv4.tcp_death_row) < bpf_core_type_size(struct inet_timewait_death_row)) {
        __u64 row = READ_ADDRESS(namespace, struct net___apart, ipv4.tcp_death_row);
        return READ_ADDRESS(row, struct inet_timewait_death_row, hashinfo);
    }
    return READ_ADDRESS(namespace, struct net, ipv4.tcp_death_row.hashinfo);
}

/// The table of a namespace, of what is being walked.
static __always_inline __u64 table_of(__u64 namespace)
{
    return walks_udp() ? udp_table_of(namespace) : hashinfo_of(namespace);
}

static __always_inline int is_table_of_one_namespace(__u64 table)
{
    if (walks_udp())
        return table != shared_udp_table;
    return bpf_core_field_exists(struct inet_hashinfo, pernet) && READ(table, struct inet_hashinfo, pernet);
}

/// Finds the table of listeners.
static __always_inline void find_listeners(__u64 hashinfo)
{
    __u64 table;
    if (bpf_core_field_exists(struct inet_hashinfo___before_5_19, listening_hash)) {
        table = hashinfo + bpf_core_field_offset(struct inet_hashinfo___before_5_19, listening_hash);
        walk.buckets = LISTENING_HASH_BUCKETS;
    } else {
        table = READ_ADDRESS(hashinfo, struct inet_hashinfo, lhash2);
        walk.buckets = READ(hashinfo, struct inet_hashinfo, lhash2_mask) + 1;
    }
    walk.heads = table + bpf_core_field_offset(struct inet_listen_hashbucket, nulls_head);
    walk.stride = bpf_core_type_size(struct inet_listen_hashbucket);
    walk.nulls_base = LISTENING_NULLS_BASE;
    hash_mask = 0;
}

/// Finds the chains of UDP sockets.
static __always_inline void find_udp_sockets(__u64 table)
{
    walk.buckets = 0;
    hash_mask = 0;
    if (!has_udp_table() || table == 0)
        return;
    walk.heads = READ_ADDRESS(table, struct udp_table, hash) + bpf_core_field_offset(struct udp_hslot, head);
    walk.stride = bpf_core_type_size(struct udp_hslot);
    hash_mask = READ(table, struct udp_table, mask);
    walk.buckets = hash_mask + 1;
    udp_buckets = walk.buckets;
}

/// Finds the table of all other TCP sockets.
static __always_inline void find_connections(__u64 hashinfo)
{
    walk.heads = READ_ADDRESS(hashinfo, struct inet_hashinfo, ehash);
    walk.stride = bpf_core_type_size(struct inet_ehash_bucket);
    walk.nulls_base = 0;
    hash_mask = READ(hashinfo, struct inet_hashinfo, ehash_mask);
    walk.buckets = hash_mask + 1;
}

static __always_inline void find_sockets(__u64 table)
{
    if (walks_udp())
        find_udp_sockets(table);
    else
        find_connections(table);
}

/// Whether an address in the list of namespaces is one. The list's head is not in a namespace, and what lies around it
/// does not have a namespace's operations.
static __always_inline int is_namespace(__u64 address)
{
    return READ_ADDRESS(address, struct net, ns.ops) == READ_ADDRESS(own_namespace, struct net, ns.ops);
}

static __always_inline __u64 next_namespace(__u64 namespace)
{
    return READ_ADDRESS(namespace, struct net, list.next) - bpf_core_field_offset(struct net, list);
}

/// Whether a namespace has a table of its own that the own namespace does not use.
static __always_inline int has_table_to_walk(__u64 namespace)
{
    __u64 table = table_of(namespace);
    return table != table_of(own_namespace) && is_table_of_one_namespace(table);
}

/// The entry of tables that are done for a namespace's table, where that is still to be walked; null where it is not.
static __always_inline struct index_entry *entry_of_table_to_walk(__u64 namespace, __u64 table)
{
    if (table == table_of(own_namespace))
        return NULL;
    struct index_entry *entry = find_entry(table_index, table);
    if (!entry) {
        result.scan.uncounted_tables++;
        return NULL;
    }
    // A new one may have the address of one that has gone.
    int is_done = entry->scan == scan_number &&
                  (!is_table_of_one_namespace(table) || entry->value == (__u32)cookie_of(namespace));
    return is_done ? NULL : entry;
}

static __always_inline void mark_done(struct index_entry *entry, __u64 namespace, __u64 table)
{
    entry->address = table;
    entry->scan = scan_number;
    entry->value = cookie_of(namespace);
}

/// The table was counted to its end, and nothing in it was lost.
static __always_inline void mark_whole(__u64 namespace, __u64 table)
{
    if (!is_table_of_one_namespace(table)) {
        result.scan.shared_table_is_incomplete = 0;
        return;
    }
    struct index_entry *entry = find_entry(namespace_index, namespace);
    if (entry && is_entry_of(entry, namespace)) // it has a socket
        result.namespace[entry->value & (WALK_NAMESPACE_SLOTS - 1)].is_incomplete = 0;
}

/// A walk along the list of namespaces, and the table that it came to.
struct visit {
    __u64 namespace;
    __u64 table;
    struct index_entry *entry;
    int of_tenants;
};

/// Goes on to a namespace whose table is still to be walked.
static long visit_next(__u32 index, struct visit *visit)
{
    visit->entry = NULL;
    visit->namespace = next_namespace(visit->namespace);
    if (visit->namespace == own_namespace)
        return 1;
    if (!is_namespace(visit->namespace) || is_tenant(visit->namespace) != visit->of_tenants)
        return 0;
    visit->table = table_of(visit->namespace);
    // Only one may be half counted: that is ended first.
    if (unfinished.table && (unfinished.table != visit->table || (is_table_of_one_namespace(visit->table) &&
                                                                  unfinished.cookie != cookie_of(visit->namespace))))
        return 0;
    visit->entry = entry_of_table_to_walk(visit->namespace, visit->table);
    return visit->entry != NULL;
}

/// Counts the next table that is left, or goes on with one. Returns 1 when the run is to end.
static long count_next_table(__u32 index, struct visit *visit)
{
    bpf_loop(MOST_NAMESPACES, visit_next, visit, 0);
    if (!visit->entry)
        return 1;
    find_sockets(visit->table);
    __u64 lost = result.scan.changed_chains + result.scan.long_chains;
    int is_done = count_table(unfinished.table ? unfinished.next_bucket : 0);
    if (!unfinished.table)
        unfinished.has_losses = 0;
    unfinished.has_losses |= result.scan.changed_chains + result.scan.long_chains != lost;
    if (!is_done) {
        unfinished.table = visit->table;
        unfinished.cookie = cookie_of(visit->namespace);
        unfinished.next_bucket = walk.next;
        return 1;
    }
    mark_done(visit->entry, visit->namespace, visit->table);
    unfinished.table = 0;
    if (unfinished.has_losses)
        result.scan.uncounted_tables++;
    else
        mark_whole(visit->namespace, visit->table);
    return visited >= walk.most_sockets;
}

/// Walks tables that the own namespace does not use, as far as a run may go.
static __always_inline void count_foreign_tables(int of_tenants)
{
    struct visit visit = {.namespace = own_namespace, .of_tenants = of_tenants};
    result.scan.foreign_is_done = 0;
    // Otherwise the table that most share would be counted for each of them.
    int tells_tables_apart = !walks_udp() || shared_udp_table != 0;
    if (bpf_core_field_exists(struct net, ns.ops) && tells_tables_apart)
        bpf_loop(TABLES_OF_A_RUN, count_next_table, &visit, 0);
    if (visit.entry)
        return;
    // The namespace whose table was being walked has gone, and stays incomplete.
    if (unfinished.table) {
        unfinished.table = 0;
        chain.head = 0;
        chain.is_open = 0;
        return;
    }
    if (visit.namespace != own_namespace || !tells_tables_apart) { // there are more
        result.scan.list_is_cut = 1;
        result.scan.uncounted_tables++;
    }
    result.scan.foreign_is_done = 1;
}

static __always_inline __u64 previous_namespace(__u64 namespace)
{
    return READ_ADDRESS(namespace, struct net, list.prev) - bpf_core_field_offset(struct net, list);
}

/// A namespace, and what stands before it in the list.
struct place_in_list {
    __u64 namespace;
    __u64 before;
};

static long find_begin_of_list(__u32 index, struct place_in_list *place)
{
    place->before = previous_namespace(place->namespace);
    if (!is_namespace(place->before))
        return 1;
    place->namespace = place->before;
    return 0;
}

static long find_end_of_list(__u32 index, __u64 *namespace)
{
    if (!is_namespace(*namespace))
        return 1;
    *namespace = next_namespace(*namespace);
    return 0;
}

/// Finds the UDP table that most namespaces share: that of the first namespace of all, which is the first in the list.
/// A table for one namespace says nothing of that.
///
/// Backwards first: however many namespaces are made later, they are not in between. A namespace that leaves the list
/// has no way back from then on; then forwards.
static __always_inline void find_shared_udp_table(void)
{
    __u64 namespace = own_namespace;
    struct place_in_list place = {.namespace = own_namespace};
    shared_udp_table = 0;
    if (!bpf_core_field_exists(struct net, ns.ops))
        return;
    bpf_loop(MOST_NAMESPACES, find_begin_of_list, &place, 0);
    if (!is_namespace(place.before) && next_namespace(place.before) == place.namespace) {
        shared_udp_table = udp_table_of(place.namespace);
        return;
    }
    bpf_loop(MOST_NAMESPACES, find_end_of_list, &namespace, 0);
    if (!is_namespace(namespace))
        shared_udp_table = udp_table_of(next_namespace(namespace));
}

static __always_inline void begin_foreign_tables(void)
{
    unfinished.table = 0;
    if (walks_udp() && tells_namespaces_apart)
        find_shared_udp_table();
    result.scan.shared_table_is_incomplete =
        tells_namespaces_apart && is_table_of_one_namespace(table_of(own_namespace));
}

#endif
