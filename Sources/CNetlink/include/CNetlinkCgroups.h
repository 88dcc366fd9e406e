// SPDX-License-Identifier: Apache-2.0
//
// Sockets by cgroup and state.

#ifndef CNETLINK_CGROUPS_H
#define CNETLINK_CGROUPS_H

#include "CSocketTypes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// Counters of the cgroups that were met first, and one for all others. Several dumps can be added up.
struct cnl_cgroups;

/// Creates counters that are all 0; freed with `cnl_cgroups_free`. Returns null, with errno set, without memory or
/// random numbers.
///
/// - `preferred`: the numbers of cgroups that get counters of their own in any case; more than there are counters are
///   left out.
struct cnl_cgroups *_Nullable cnl_cgroups_new(const uint64_t *_Nullable __noescape __counted_by(count) preferred,
                                              size_t count);
void cnl_cgroups_free(struct cnl_cgroups *cgroups);

/// Drops what was counted since the last `cnl_cgroups_keep`: before a dump, what was counted of one that failed.
void cnl_cgroups_drop(struct cnl_cgroups *__noescape cgroups);

/// Keeps what was counted. The functions below tell what was kept.
void cnl_cgroups_keep(struct cnl_cgroups *__noescape cgroups);

/// Whether the kernel tells the cgroups of sockets: false where it told of a full socket, and of none that has one.
/// That is so before Linux 5.9, and without CONFIG_SOCK_CGROUP_DATA.
bool cnl_cgroups_are_told(const struct cnl_cgroups *__noescape cgroups);

/// How many indices are used, from `CST_NO_CGROUP` on; some may have no socket.
size_t cnl_cgroup_slots(const struct cnl_cgroups *__noescape cgroups);

/// The number of a cgroup: the inode number of its directory under the cgroup2 mount. 0 for any other index.
uint64_t cnl_cgroup_number(const struct cnl_cgroups *__noescape cgroups, size_t slot);

/// Sockets of a cgroup in a state (below `CST_STATES`), without those that are only bound; 0 for any other index.
uint64_t cnl_cgroup_sockets(const struct cnl_cgroups *__noescape cgroups, size_t slot, unsigned state);

/// How many cgroups share `CST_OTHER_CGROUPS`, at least.
size_t cnl_other_cgroups(const struct cnl_cgroups *__noescape cgroups);

#pragma clang assume_nonnull end

#endif
