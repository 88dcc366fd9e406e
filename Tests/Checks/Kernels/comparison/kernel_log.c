// SPDX-License-Identifier: Apache-2.0

#include "kernel_log.h"

#include "check.h"
#include "place.h"

#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>

// Commands of syslog(2), for which there is no header.
enum { READ_ALL = 3, SIZE_BUFFER = 10 };

// What the messages about faults contain. Stalls are left out: a slow guest has them.
static const char *const faults[] = {"BUG:", "WARNING:", "Oops", "Call trace"};

static bool tells_of_fault(const char *message)
{
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
        if (strstr(message, faults[i]))
            return true;
    return false;
}

void check_kernel_log(void)
{
    struct check check = check_begin("the kernel reports no fault");
    int size = klogctl(SIZE_BUFFER, NULL, 0);
    require(size > 0, "klogctl");
    char *log = calloc((size_t)size + 1, 1);
    require(log != NULL, "calloc");
    require(klogctl(READ_ALL, log, size) >= 0, "klogctl");
    char *rest = log;
    for (char *message = strtok_r(log, "\n", &rest); message; message = strtok_r(NULL, "\n", &rest))
        if (tells_of_fault(message))
            check_fault(&check, "%s", message);
    free(log);
    check_end(&check);
}
