// SPDX-License-Identifier: Apache-2.0

#ifndef CNETLINK_CGROUPS_FOLD_H
#define CNETLINK_CGROUPS_FOLD_H

#include "CNetlinkCgroups.h"

enum {
    /// Twice as many as there are cgroups, so that a search ends soon.
    CNL_CGROUP_PLACE_BITS = 11,
    CNL_CGROUP_PLACES = 1 << CNL_CGROUP_PLACE_BITS,
    /// The bits by which other cgroups are counted: those that two of them share count once.
    CNL_OTHER_CGROUP_BITS = 1 << 16,
};

struct cnl_cgroup_counts {
    uint64_t numbers[CST_CGROUP_SLOTS];
    uint32_t sockets[CST_CGROUP_SLOTS][CST_STATES];
    /// Each cgroup's slot stands at the place of its number or at one of those that follow it without a gap; 0 is a
    /// gap, and there are as many gaps as slots, or more.
    uint16_t places[CNL_CGROUP_PLACES];
    uint16_t slots;
    uint8_t others[CNL_OTHER_CGROUP_BITS / 8];
};

struct cnl_cgroups {
    /// A random odd number, so that nobody can choose cgroups that have their places beside each other.
    uint64_t key;
    /// Whether the kernel told of a full socket, and of one with a cgroup.
    bool has_full_socket;
    bool has_cgroup;
    struct cnl_cgroup_counts counted;
    struct cnl_cgroup_counts kept;
};

/// Counts a socket by its cgroup (0 where it has none) and a state below `CST_STATES`.
void cnl_cgroups_count(struct cnl_cgroups *cgroups, uint64_t number, unsigned state);

#endif
