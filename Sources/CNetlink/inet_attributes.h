// SPDX-License-Identifier: Apache-2.0
//
// The attributes of a `struct inet_diag_msg`, which sockets of TCP and UDP have in common.

#ifndef CNETLINK_INET_ATTRIBUTES_H
#define CNETLINK_INET_ATTRIBUTES_H

#include "fold.h"

#include <linux/inet_diag.h>

_Static_assert(sizeof(struct inet_diag_msg) == 72, "the layout of the kernel's interface");

/// The last attribute that the readers were written against (INET_DIAG_SOCKOPT of Linux 5.10 to 6.18), spelled out so
/// that the count of unknown ones does not depend on the headers at build time.
enum { CNL_LAST_KNOWN_ATTRIBUTE = 22 };

/// The place of the drops among the numbers of INET_DIAG_SKMEMINFO (SK_MEMINFO_DROPS, which userland's headers lack
/// where they are old).
enum { CNL_MEMORY_DROPS = 8 };

/// INET_DIAG_CGROUP_ID (since Linux 5.9), which userland's headers lack where they are old.
enum { CNL_ATTRIBUTE_CGROUP = 21 };

/// What is read of a socket's attributes.
struct cnl_inet_attributes {
    uint32_t drops;
    /// Whether the message tells the drops: it was asked for the memory, and the kernel has them in it.
    bool has_drops;
    /// A socket's message always has INET_DIAG_SHUTDOWN; that of a connection request or a minisocket never does.
    bool has_shutdown;
    /// 0 where the message does not tell it.
    uint64_t cgroup;
    /// INET_DIAG_INFO, where it was asked for: null for connection requests and minisockets.
    const uint8_t *info;
    size_t info_size;
};

static inline void cnl_read_inet_attribute(struct cnl_inet_attributes *attributes,
                                           const struct cnl_attribute *attribute, bool reads_info)
{
    enum { DROPS_OFFSET = CNL_MEMORY_DROPS * sizeof attributes->drops };
    if (reads_info && attribute->type == INET_DIAG_INFO) {
        attributes->info = attribute->value;
        attributes->info_size = attribute->size;
        return;
    }
    switch (attribute->type) {
    case INET_DIAG_SHUTDOWN:
        attributes->has_shutdown = true;
        break;
    case INET_DIAG_SKMEMINFO:
        if (attribute->size >= DROPS_OFFSET + sizeof attributes->drops) {
            memcpy(&attributes->drops, attribute->value + DROPS_OFFSET, sizeof attributes->drops);
            attributes->has_drops = true;
        }
        break;
    case CNL_ATTRIBUTE_CGROUP:
        if (attribute->size >= sizeof attributes->cgroup)
            memcpy(&attributes->cgroup, attribute->value, sizeof attributes->cgroup);
        break;
    default:
        break;
    }
}

/// Reads all attributes, and counts those of unknown types. Returns false where a length among them is wrong.
///
/// - `reads_info`: whether to read INET_DIAG_INFO, a constant: the loop is what most of a dump's instructions are in.
static inline __attribute__((always_inline)) bool cnl_read_inet_attributes(struct cnl_inet_attributes *attributes,
                                                                           uint64_t *unknown,
                                                                           struct cnl_attributes rest, bool reads_info)
{
    struct cnl_attribute attribute;
    enum cnl_attribute_step step;
    while ((step = cnl_next_attribute(&rest, &attribute)) == CNL_ATTRIBUTE) {
        if (attribute.type == 0 || attribute.type > CNL_LAST_KNOWN_ATTRIBUTE)
            ++*unknown;
        else
            cnl_read_inet_attribute(attributes, &attribute, reads_info);
    }
    return step == CNL_NO_ATTRIBUTE;
}

#endif
