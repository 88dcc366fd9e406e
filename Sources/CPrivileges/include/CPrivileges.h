// SPDX-License-Identifier: Apache-2.0
//
// Giving up privileges for good, through system calls that Swift does not import.

#ifndef CPRIVILEGES_H
#define CPRIVILEGES_H

#include <stdint.h>
#include <sys/types.h>

#pragma clang assume_nonnull begin

/// The bits of capabilities in a set of them.
enum { CPV_DAC_OVERRIDE = 1 << 1, CPV_SYS_PTRACE = 1 << 19, CPV_SYS_ADMIN = 1 << 21 };

/// Closes the process to others of the same user: they can neither trace it, nor read its memory, nor take its
/// descriptors (pidfd_getfd), nor follow the links in its directory of procfs. It leaves no core dump. It may still
/// read all of that directory, and so may root.
///
/// - Returns: 0, or the errno.
int cpv_close_to_others(void);

/// Becomes another user: supplementary groups, group and user of all threads. The capabilities of the calling thread
/// stay, and the process is closed to others.
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
