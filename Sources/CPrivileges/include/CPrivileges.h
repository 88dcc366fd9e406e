// SPDX-License-Identifier: Apache-2.0
//
// Giving up privileges for good, through system calls that Swift does not import.

#ifndef CPRIVILEGES_H
#define CPRIVILEGES_H

#include <stdint.h>
#include <sys/types.h>

#pragma clang assume_nonnull begin

/// The bits of capabilities in a set of them.
enum { CPV_NET_BIND_SERVICE = 1 << 10, CPV_SYS_PTRACE = 1 << 19, CPV_SYS_ADMIN = 1 << 21 };

/// Becomes another user: supplementary groups, group and user of all threads. The capabilities of the calling thread
/// stay.
///
/// - Returns: 0, or the errno.
int cpv_become_user(const char *name, uid_t user, gid_t group);

/// Gives up all capabilities but those in `kept`, for the calling thread and the threads that it starts later, and the
/// way to gain any by running another program.
///
/// - Returns: 0, or the errno.
int cpv_keep_capabilities(uint64_t kept);

#pragma clang assume_nonnull end

#endif
