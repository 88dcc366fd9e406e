// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The cgroups of the unified hierarchy: their places in the result, given to those that have a socket, and their names.
//
// A full socket holds the cgroup that it was opened in, and the cgroup holds its directory's node and those above it,
// even when the directory has been removed. All of them are freed by RCU.

#ifndef CSOCKETCST_CGROUP_SLOTS_H
#define CSOCKETCST_CGROUP_SLOTS_H

#include "folds.h"
#include "index.h"
#include "reading.h"
#include "socket_walk.h"

extern struct walk_result result SEC(".bss.result");

static struct index_entry cgroup_index[INDEX_ENTRIES];
/// The numbers of those that get a place whoever else there is.
static struct index_entry preferred_index[INDEX_ENTRIES];
static __u32 cgroup_count;
/// Those that have a place and are not preferred.
static __u32 common_count;
/// The cgroup that was looked up last.
static __u64 last_cgroup;
static __u32 last_cgroup_slot;

/// Whether this kernel has the members that tell of cgroups.
static __always_inline int has_cgroups(void)
{
    return bpf_core_field_exists(struct sock, sk_cgrp_data.cgroup) && bpf_core_field_exists(struct cgroup, kn) &&
           bpf_core_field_exists(struct kernfs_node, id);
}

/// The node of the directory above one; 0 for the root.
static __always_inline __u64 node_above(__u64 node)
{
    if (bpf_core_field_exists(struct kernfs_node___before_6_15, parent))
        return READ_ADDRESS(node, struct kernfs_node___before_6_15, parent);
    return READ_ADDRESS(node, struct kernfs_node, __parent);
}

/// Notes what a cgroup is called, its own name first.
// No function apart for a name: calls are as deep as the kernel allows.
static __always_inline void set_cgroup(__u32 slot, __u64 node, __u64 number)
{
    struct walk_cgroup *place = &result.cgroup[slot & (CST_CGROUP_SLOTS - 1)];
    __u32 size = 0;
    place->number = number;
    place->has_no_path = 1;
    for (__u32 level = 0; level < WALK_DEEPEST_CGROUP; level++) {
        __u64 above = node_above(node);
        if (above == 0) { // the root, which has no name
            place->has_no_path = 0;
            break;
        }
        if (size >= WALK_PATH_SIZE)
            break;
        __u64 name = READ_ADDRESS(node, struct kernfs_node, name);
        long read = bpf_probe_read_kernel_str(&place->names[size & (WALK_PATH_SIZE - 1)], WALK_NAME_SIZE, (void *)name);
        if (read <= 1)
            break;
        size += read;
        node = above;
    }
    place->names_size = size;
}

static __always_inline int is_preferred_cgroup(__u64 number)
{
    struct index_entry *entry = find_entry(preferred_index, number);
    return entry && entry->scan == scan_number;
}

/// The place of a cgroup, which is given one when it is new and there is room.
__noinline int cgroup_slot(__u64 cgroup)
{
    if (cgroup == 0)
        return CST_NO_CGROUP;
    if (cgroup == last_cgroup)
        return last_cgroup_slot;
    struct index_entry *entry = find_entry(cgroup_index, cgroup);
    if (!entry)
        return CST_OTHER_CGROUPS;
    __u64 node = READ_ADDRESS(cgroup, struct cgroup, kn), number = READ(node, struct kernfs_node, id);
    // Another cgroup may have the address of one that has gone.
    int is_known = entry->scan == scan_number;
    if (!is_known || result.cgroup[entry->value & (CST_CGROUP_SLOTS - 1)].number != number) {
        int is_common = !is_preferred_cgroup(number);
        if (cgroup_count >= CST_CGROUP_SLOTS || (is_common && common_count >= WALK_COMMON_CGROUPS)) {
            result.scan.has_more_cgroups = 1;
            return CST_OTHER_CGROUPS;
        }
        entry->scan = scan_number;
        entry->address = cgroup;
        entry->value = cgroup_count++;
        common_count += is_common;
        set_cgroup(entry->value, node, number);
        result.scan.cgroups = cgroup_count;
    }
    last_cgroup = cgroup;
    last_cgroup_slot = entry->value;
    return last_cgroup_slot;
}

/// The place of the cgroup of a socket that is neither a minisocket nor a request.
static __always_inline __u32 cgroup_slot_of(__u64 socket)
{
    if (!has_cgroups())
        return CST_NO_CGROUP;
    return cgroup_slot(READ_ADDRESS(socket, struct sock, sk_cgrp_data.cgroup));
}

static __always_inline void add_to_cgroup(__u32 slot, __u32 state, __u32 sockets)
{
    result.cgroup[slot & (CST_CGROUP_SLOTS - 1)].sockets[state] += sockets;
}

static long prefer_cgroup(__u32 index, void *context)
{
    __u64 number = result.preferred_cgroup[index & (WALK_PREFERRED_CGROUPS - 1)];
    struct index_entry *entry = find_entry(preferred_index, number);
    if (entry) {
        entry->scan = scan_number;
        entry->address = number;
    }
    return 0;
}

static __always_inline void begin_cgroups(void)
{
    last_cgroup = 0;
    common_count = 0;
    cgroup_count = CST_FIRST_CGROUP;
    result.scan.cgroups = cgroup_count;
    result.scan.lacks_cgroups = !has_cgroups();
    __u32 preferred = result.preferred_cgroups;
    bpf_loop(preferred < WALK_PREFERRED_CGROUPS ? preferred : WALK_PREFERRED_CGROUPS, prefer_cgroup, NULL, 0);
}

#endif
