// SPDX-License-Identifier: Apache-2.0
//
// What is read of a `struct tcp_info`, and where it is counted.

#ifndef CNETLINK_MEASURES_FOLD_H
#define CNETLINK_MEASURES_FOLD_H

#include "CNetlinkMeasures.h"

#include <linux/tcp.h>
#include <stddef.h>
#include <string.h>

enum {
    /// The least that a kernel reports: up to `tcpi_total_retrans`, as it has been since Linux 2.6.
    CNL_LEAST_INFO_SIZE = 104,
    /// The place of `tcpi_snd_wnd` (since Linux 5.4), which userland's headers lack where they are old.
    CNL_INFO_PEER_WINDOW = 228,
};

_Static_assert(offsetof(struct tcp_info, tcpi_total_retrans) + sizeof(__u32) == CNL_LEAST_INFO_SIZE,
               "the layout of the kernel's interface");

/// A `struct tcp_info` as the kernel wrote it, of at least `CNL_LEAST_INFO_SIZE` bytes.
struct cnl_info {
    const uint8_t *bytes;
    size_t size;
};

static inline uint32_t cnl_info_number(const struct cnl_info *info, size_t offset)
{
    uint32_t number;
    memcpy(&number, info->bytes + offset, sizeof number);
    return number;
}

/// Counts a connection by the counter of its port and a state below `CST_STATES`, where it is in one of those that
/// count.
void cnl_latency_count(struct cnl_latency *latency, unsigned slot, unsigned state, const struct cnl_info *info);
void cnl_idleness_count(struct cnl_idleness *idleness, unsigned slot, unsigned state, const struct cnl_info *info);

#endif
