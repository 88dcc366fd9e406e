// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The records of a run, which the loader takes after it: of listening endpoints, or of UDP ports. Those of the chains
// that are being read are noted after those that are certain.

#ifndef CSOCKETWALK_RECORDS_H
#define CSOCKETWALK_RECORDS_H

#include "socket_walk.h"

enum {
    /// With so many records a run ends: the next chain may bring as many.
    ENOUGH_RECORDS = WALK_RECORDS / 2,
    /// Records that those of other namespaces may fill.
    FOREIGN_RECORDS = WALK_RECORDS / 4 * 3,
};

extern struct walk_result result SEC(".bss.result");

static __u32 records;
static __u32 noted_records;
/// A chain has more records than are left: it is read again when the loader has taken those of others. Not static: the
/// compiler would make a smaller variable of it, and describe that wrongly.
__u32 needs_empty_records __hidden;

/// Whether a record is among those that are noted.
static __always_inline int is_noted_record(__u32 index)
{
    return index >= records && index < records + noted_records;
}

/// Notes a record, and returns its index; `WALK_RECORDS` where there is no room, with `is_lost` set where there will be
/// none either when the loader has taken the others.
static __always_inline __u32 new_record(__u32 most, int *is_lost)
{
    __u32 index = records + noted_records;
    if (index < most) {
        noted_records++;
        return index;
    }
    *is_lost = records == 0;
    if (records > 0)
        needs_empty_records = 1;
    return WALK_RECORDS;
}

/// How many records there are when those of the chains are certain.
static __always_inline __u32 all_records(void)
{
    __u32 all = records + noted_records;
    return all < WALK_RECORDS ? all : WALK_RECORDS;
}

#endif
