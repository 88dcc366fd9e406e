// SPDX-License-Identifier: Apache-2.0

#ifndef CSOCKETWALK_WALKER_H
#define CSOCKETWALK_WALKER_H

#include "CSocketWalk.h"

#include "bpf/socket_walk.h"
#include "endpoints.h"
#include "udp_ports.h"

struct csw_walker {
    struct cbl_program program;
    /// The memory that the program writes its results to.
    struct cbl_memory memory;
    /// What each request must hold.
    uint64_t token;

    struct csw_options options;
    struct csw_endpoints endpoints;
    struct csw_udp_ports udp_ports;
    struct csw_summary summary;
    /// How long runs took since other threads were last given the processor, in nanoseconds.
    uint64_t turn;
};

/// What the program has written.
static inline struct walk_result *results(const struct csw_walker *walker)
{
    return walker->memory.address;
}

/// `csw_open` with the first form from `first` on and below `end` that the kernel accepts, whose reads of chains are
/// changed as `struct walk_setup` has it.
struct csw_walker *csw_open_form(int first, int end, uint32_t changed_reads, struct cbl_error *error);

/// Sets `error`. Returns false.
bool csw_fail(struct csw_error *error, enum csw_failure failure, int error_number, const char *call);

#endif
