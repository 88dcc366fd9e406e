// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "CKernelTestSupport.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// Without capabilities: the kernel takes them from who leaves user 0.
static bool become(unsigned user)
{
    return syscall(SYS_setgroups, 0, NULL) == 0 && syscall(SYS_setresgid, user, user, user) == 0 &&
           syscall(SYS_setresuid, user, user, user) == 0;
}

static void take_descriptors(int process, struct ckt_attack *attack)
{
    int target = (int)syscall(SYS_pidfd_open, process, 0);
    if (target < 0) {
        attack->open_error = errno;
        return;
    }
    for (int number = 0; number < CKT_ATTACKED_DESCRIPTORS; number++) {
        if (syscall(SYS_pidfd_getfd, target, number, 0) >= 0)
            attack->taken++;
        else if (errno == EPERM)
            attack->refused++;
    }
}

static struct ckt_attack attempt(int process)
{
    struct ckt_attack attack = {0};
    take_descriptors(process, &attack);
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/mem", process);
    if (open(path, O_RDONLY | O_CLOEXEC) < 0)
        attack.memory_error = errno;
    // Undone when the attacker ends.
    if (ptrace(PTRACE_SEIZE, process, 0, 0) != 0)
        attack.trace_error = errno;
    return attack;
}

int ckt_attack(int process, unsigned user, struct ckt_attack *attack)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return errno;
    pid_t attacker = fork();
    if (attacker == 0) {
        if (!become(user))
            _exit(errno);
        struct ckt_attack result = attempt(process);
        _exit(write(ends[1], &result, sizeof result) == sizeof result ? 0 : errno);
    }
    int error = attacker < 0 ? errno : 0;
    close(ends[1]);
    if (error == 0) {
        ssize_t size = read(ends[0], attack, sizeof *attack);
        int status = 0;
        waitpid(attacker, &status, 0);
        if (size != sizeof *attack)
            error = WIFEXITED(status) && WEXITSTATUS(status) != 0 ? WEXITSTATUS(status) : EIO;
    }
    close(ends[0]);
    return error;
}
