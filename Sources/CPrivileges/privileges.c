// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "CPrivileges.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

_Static_assert(CPV_DAC_OVERRIDE == 1 << CAP_DAC_OVERRIDE && CPV_SYS_PTRACE == 1 << CAP_SYS_PTRACE &&
                   CPV_SYS_ADMIN == 1 << CAP_SYS_ADMIN,
               "the kernel's numbers");

int cpv_close_to_others(void)
{
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 ? 0 : errno;
}

int cpv_become_user(const char *name, uid_t user, gid_t group)
{
    if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0)
        return errno;
    if (initgroups(name, group) != 0 || setresgid(group, group, group) != 0 || setresuid(user, user, user) != 0)
        return errno;
    // The kernel has just set this anew, to fs.suid_dumpable.
    return cpv_close_to_others();
}

int cpv_keep_capabilities(uint64_t kept)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0)
        return errno;
    if (syscall(SYS_capget, &header, data) != 0)
        return errno;
    for (int word = 0; word < _LINUX_CAPABILITY_U32S_3; word++) {
        uint32_t wanted = data[word].permitted & (uint32_t)(kept >> (32 * word));
        data[word] = (struct __user_cap_data_struct){.permitted = wanted, .effective = wanted};
    }
    return syscall(SYS_capset, &header, data) == 0 ? 0 : errno;
}
