// SPDX-License-Identifier: Apache-2.0
//
// What the descriptors that a loaded walk keeps are good for in the hands of somebody else: none is a map's, and the
// program does nothing for a request that does not hold its number, nor attached to a tracepoint. Needs root.

#include "objects.h"
#include "walker.h"

#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/// Counts the descriptors of this process whose link begins so.
static int count_descriptors(const char *prefix)
{
    DIR *directory = opendir("/proc/self/fd");
    int count = 0;
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        char link[64] = "";
        if (readlinkat(dirfd(directory), entry->d_name, link, sizeof link - 1) > 0)
            count += strncmp(link, prefix, strlen(prefix)) == 0;
    }
    if (directory)
        closedir(directory);
    return count;
}

/// Runs the program as somebody who has its descriptor and nothing else.
static int run_without_number(const struct csw_walker *walker)
{
    for (uint64_t part = WALK_BEGIN; part <= WALK_TENANT_TABLES; part++) {
        struct walk_request request = {.token = walker->token + 1, .part = part, .sockets = 1000};
        uint32_t result = 0;
        if (cbl_run(&walker->program, &request, sizeof request, &result) != 0 || result != WALK_REFUSED) {
            fprintf(stderr, "kept_descriptors: part %d ran without the number\n", (int)part);
            return 1;
        }
    }
    return 0;
}

/// Attaches the program to the tracepoints whose arguments somebody may choose, and lets them happen.
static int attach(const struct csw_walker *walker)
{
    static const char *const tracepoints[] = {"sched_switch", "sys_enter", "sys_exit"};
    int attached = 0;
    for (size_t i = 0; i < sizeof tracepoints / sizeof *tracepoints; i++) {
        int link = bpf_raw_tracepoint_open(tracepoints[i], walker->program.descriptor);
        if (link < 0)
            continue;
        attached++;
        for (int turn = 0; turn < 1000; turn++)
            sched_yield();
        close(link);
    }
    return attached;
}

static int check(int form)
{
    static const uint16_t port_slots[CST_PORTS];
    struct cbl_error load_error;
    struct csw_walker *walker = csw_open_form(form, form + 1, CSW_QUEUES, 0, &load_error);
    if (!walker) {
        fprintf(stderr, "kept_descriptors: loading failed: %d, errno %d\n", load_error.failure,
                load_error.error_number);
        return 1;
    }
    struct csw_error error;
    if (!csw_begin(walker, (struct csw_options){0}, &error) || !csw_walk_listeners(walker, &error) ||
        !csw_walk_connections(walker, port_slots, &error)) {
        fprintf(stderr, "kept_descriptors: the scan failed: %d, errno %d\n", error.failure, error.error_number);
        return 1;
    }
    struct walk_scan before = results(walker)->scan;
    int maps = count_descriptors("anon_inode:bpf-map"), programs = count_descriptors("anon_inode:bpf-prog");
    int failed = run_without_number(walker), attached = attach(walker);
    int changed = memcmp(&before, &results(walker)->scan, sizeof before) != 0;
    printf("kept_descriptors: form %d: %d of maps, %d of programs; attached to %d tracepoints: %s\n", form, maps,
           programs, attached, changed ? "counted" : "did nothing");
    csw_close(walker);
    return failed || changed || maps != 0 || programs != 1;
}

int main(void)
{
    int failed = 0;
    for (int form = 0; form < CSW_OBJECTS; form++)
        failed |= check(form);
    return failed;
}
