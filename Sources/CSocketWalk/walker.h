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
    /// The counters of ports that the folds of the last scan used are below.
    size_t filled_slots;
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
struct csw_walker *csw_open_form(int first, int end, unsigned folds, uint32_t changed_reads, struct cbl_error *error);

/// The sockets in a state. Requests are counted apart from the sockets in SYN_RECV.
uint64_t csw_sockets_in_state(const uint32_t sockets[CST_STATES], unsigned state);

/// Sets `error`. Returns false.
bool csw_fail(struct csw_error *error, enum csw_failure failure, int error_number, const char *call);

#endif
