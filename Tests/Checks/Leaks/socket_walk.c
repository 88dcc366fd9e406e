// SPDX-License-Identifier: Apache-2.0
//
// Loads the BPF walk in each of its forms, scans with it, unloads it, several times over, and looks for what is left:
// memory (the address and leak sanitizers), descriptors, and pinned objects. Needs root.

#include "objects.h"
#include "walker.h"

#include <dirent.h>
#include <stdio.h>

enum { LOADS = 10, SCANS = 100 };

static int count_entries(const char *path)
{
    DIR *directory = opendir(path);
    if (!directory)
        return 0;
    int entries = 0;
    while (readdir(directory))
        entries++;
    closedir(directory);
    return entries;
}

static int scan(struct csw_walker *walker)
{
    static const uint16_t port_slots[CST_PORTS];
    struct csw_error error;
    for (int i = 0; i < SCANS; i++) {
        if (!csw_begin(walker, (struct csw_options){.by_namespace = true, .folds = CSW_QUEUES}, &error) ||
            !csw_walk_listeners(walker, &error) || !csw_walk_connections(walker, port_slots, &error)) {
            fprintf(stderr, "socket_walk: scan %d failed: errno %d\n", i, error.error_number);
            return 1;
        }
        struct csw_options of_udp = {.protocol = CSW_UDP, .by_namespace = true};
        if (!csw_begin(walker, of_udp, &error) || (!csw_walk_udp(walker, &error) && error.failure != CSW_UNSUPPORTED)) {
            fprintf(stderr, "socket_walk: scan %d of UDP failed: errno %d\n", i, error.error_number);
            return 1;
        }
    }
    return 0;
}

int main(void)
{
    int descriptors = count_entries("/proc/self/fd");
    int pins = count_entries("/sys/fs/bpf");
    for (int i = 0; i < LOADS; i++) {
        struct cbl_error error;
        int form = i % CSW_OBJECTS;
        struct csw_walker *walker = csw_open_form(form, form + 1, CSW_QUEUES, 0, &error);
        if (!walker) {
            fprintf(stderr, "socket_walk: load %d failed: %d, errno %d\n", i, error.failure, error.error_number);
            return 1;
        }
        int failed = scan(walker);
        csw_close(walker);
        if (failed)
            return 1;
    }
    int descriptors_left = count_entries("/proc/self/fd") - descriptors;
    int pins_left = count_entries("/sys/fs/bpf") - pins;
    printf("socket_walk: %d loads, %d scans; %d descriptors and %d pins left\n", LOADS, LOADS * SCANS, descriptors_left,
           pins_left);
    return descriptors_left != 0 || pins_left != 0;
}
