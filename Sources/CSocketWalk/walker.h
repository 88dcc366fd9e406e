// SPDX-License-Identifier: Apache-2.0

#ifndef CSOCKETWALK_WALKER_H
#define CSOCKETWALK_WALKER_H

#include "CSocketWalk.h"

#include <linux/types.h>
#include <stddef.h>

#include "bpf/socket_walk.h"
#include "endpoints.h"

struct csw_walker {
    int program;
    /// What each request must hold.
    uint64_t token;
    /// The program's memory.
    struct walk_result *result;
    size_t result_size;

    struct csw_options options;
    struct csw_endpoints endpoints;
    struct csw_summary summary;
    /// How long runs took since others were last let on the processor, in nanoseconds.
    uint64_t turn;
};

/// `csw_open` with the first form from `first` on and below `end` that the kernel takes, whose reads of chains are
/// changed as `struct walk_setup` has it.
struct csw_walker *csw_open_form(int first, int end, uint32_t changed_reads, struct csw_error *error);

/// Sets `error`. Returns false.
bool csw_fail(struct csw_error *error, enum csw_failure failure, int error_number, const char *call);

#endif
