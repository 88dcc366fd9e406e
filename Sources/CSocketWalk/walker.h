// SPDX-License-Identifier: Apache-2.0

#ifndef CSOCKETWALK_WALKER_H
#define CSOCKETWALK_WALKER_H

#include "CSocketWalk.h"

#include <linux/types.h>
#include <stddef.h>

#include "bpf/socket_walk.h"

struct bpf_object;

struct csw_walker {
    struct bpf_object *object;
    int program;
    /// The program's memory.
    struct walk_result *result;
    size_t result_size;

    /// The listeners of the scan. They grow with the largest number seen.
    struct walk_listener *listeners;
    size_t listener_count;
    size_t listener_capacity;
    uint64_t table_entries;
    uint64_t table_buckets;
    uint64_t longest_chain;
    uint64_t uncounted_foreign_chains;
    /// The thread's processor time when others were last let on its processor.
    int64_t turn_began;
};

/// `csw_open` with the first form from `first` on and below `end` that the kernel takes.
struct csw_walker *csw_open_form(int first, int end, struct csw_error *error);

/// Sets `error`. Returns false.
bool csw_fail(struct csw_error *error, enum csw_failure failure, int error_number, const char *call);

#endif
