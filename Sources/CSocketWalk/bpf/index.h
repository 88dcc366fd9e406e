// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Indices by an address of the kernel, or by a number: of namespaces, of cgroups, and of tables that are done.

#ifndef CSOCKETWALK_INDEX_H
#define CSOCKETWALK_INDEX_H

#include "reading.h"

enum {
    /// Entries of an index, a power of 2, and the length of a search in it: it is never more than half full.
    INDEX_ENTRIES = 1 << 13,
    INDEX_PROBES = 64,
};

struct index_entry {
    __u64 address;
    /// The scan that the entry belongs to: those of other scans are empty.
    __u32 scan;
    __u32 value;
};

static __u32 scan_number;

/// The entry of an address, or an empty one for it; null where there is no room.
static __always_inline struct index_entry *find_entry(struct index_entry *index, __u64 address)
{
    __u64 hash = address * 0x9e3779b97f4a7c15;
    for (__u32 probe = 0; probe < INDEX_PROBES; probe++) {
        struct index_entry *entry = &index[((hash >> 40) + probe) & (INDEX_ENTRIES - 1)];
        if (entry->scan != scan_number || entry->address == address)
            return entry;
    }
    return NULL;
}

#endif
