// SPDX-License-Identifier: Apache-2.0

#include "folds.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

_Static_assert((int)CSW_QUEUES == (int)WALK_FOLD_QUEUES && (int)CSW_CGROUPS == (int)WALK_FOLD_CGROUPS &&
                   (int)CSW_LATENCY == (int)WALK_FOLD_LATENCY && (int)CSW_IDLE == (int)WALK_FOLD_IDLE,
               "the same bits");
_Static_assert((int)CSW_PREFERRED_CGROUPS == (int)WALK_PREFERRED_CGROUPS, "the same number");
_Static_assert((int)CSW_LONGEST_CGROUP_PATH == (int)WALK_PATH_SIZE, "the same size");

// MARK: The scan

void csw_folds_begin(struct csw_walker *walker)
{
    struct walk_result *result = results(walker);
    for (size_t i = 0; i < csw_cgroups(walker); i++)
        memset(result->cgroup[i].sockets, 0, sizeof result->cgroup[i].sockets);
}

void csw_folds_begin_ports(struct csw_walker *walker, const uint16_t *port_slots)
{
    struct walk_result *result = results(walker);
    if ((walker->options.folds & (CSW_LATENCY | CSW_IDLE)) == 0)
        return;
    memset(result->latency, 0, walker->filled_slots * sizeof result->latency[0]);
    memset(result->idleness, 0, walker->filled_slots * sizeof result->idleness[0]);
    walker->filled_slots = 0;
    for (size_t port = 0; port < CST_PORTS; port++)
        if (walker->filled_slots <= port_slots[port])
            walker->filled_slots = port_slots[port] % CST_PORT_SLOTS + 1;
}

// The time after which keepalives begin is told in seconds by a socket, and kept in ticks.
//
// Returns the length of a tick as `struct walk_result` has it, rounded up: in 2^22 ticks it is a millisecond too long
// at most. 0 where it cannot be found out.
static uint32_t tick_length(uint64_t keepalive_ticks)
{
    enum { LEAST_TICKS = 10, MOST_TICKS = 10000, MILLISECONDS = 1000 };
    int seconds = 0;
    socklen_t size = sizeof seconds;
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
    if (descriptor < 0)
        return 0;
    int failure = getsockopt(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, &seconds, &size);
    close(descriptor);
    // Of another number it was changed in between.
    if (failure != 0 || seconds <= 0 || keepalive_ticks % (uint64_t)seconds != 0)
        return 0;
    uint64_t ticks = keepalive_ticks / (uint64_t)seconds;
    if (ticks < LEAST_TICKS || ticks > MOST_TICKS)
        return 0;
    return (uint32_t)((((uint64_t)MILLISECONDS << WALK_TICK_SHIFT) + ticks - 1) / ticks);
}

void csw_find_ticks(struct csw_walker *walker)
{
    struct walk_result *result = results(walker);
    if (result->tick_length == 0)
        result->tick_length = tick_length(result->scan.keepalive_ticks);
    if (result->tick_length == 0)
        result->scan.lacks_idle = 1;
}

void csw_prefer_cgroups(struct csw_walker *walker, const uint64_t *numbers, size_t count)
{
    struct walk_result *result = results(walker);
    if (count > WALK_PREFERRED_CGROUPS)
        count = WALK_PREFERRED_CGROUPS;
    memcpy(result->preferred_cgroup, numbers, count * sizeof *numbers);
    result->preferred_cgroups = (uint32_t)count;
}

// MARK: The results

size_t csw_cgroups(const struct csw_walker *walker)
{
    size_t cgroups = results(walker)->scan.cgroups;
    return cgroups < CST_CGROUP_SLOTS ? cgroups : CST_CGROUP_SLOTS;
}

uint64_t csw_cgroup_number(const struct csw_walker *walker, size_t index)
{
    return index >= CST_FIRST_CGROUP && index < csw_cgroups(walker) ? results(walker)->cgroup[index].number : 0;
}

uint64_t csw_cgroup_sockets(const struct csw_walker *walker, size_t index, unsigned state)
{
    return index < csw_cgroups(walker) ? csw_sockets_in_state(results(walker)->cgroup[index].sockets, state) : 0;
}

size_t csw_cgroup_path(const struct csw_walker *walker, size_t index, char *path)
{
    if (index < CST_FIRST_CGROUP || index >= csw_cgroups(walker) || results(walker)->cgroup[index].has_no_path)
        return 0;
    const struct walk_cgroup *cgroup = &results(walker)->cgroup[index];
    size_t size = cgroup->names_size, start = CSW_LONGEST_CGROUP_PATH;
    if (size == 0) { // the root
        path[0] = '/';
        return 1;
    }
    // Each name takes as much with a slash before it as with a 0 after it.
    if (size > CSW_LONGEST_CGROUP_PATH)
        return 0;
    for (size_t place = 0; place < size;) {
        size_t length = strnlen(cgroup->names + place, size - place);
        if (length + 1 > start)
            return 0;
        start -= length + 1;
        path[start] = '/';
        memcpy(path + start + 1, cgroup->names + place, length);
        place += length + 1;
    }
    memmove(path, path + start, CSW_LONGEST_CGROUP_PATH - start);
    return CSW_LONGEST_CGROUP_PATH - start;
}

struct cst_latency csw_latency(const struct csw_walker *walker, unsigned slot)
{
    return slot < CST_PORT_SLOTS ? results(walker)->latency[slot] : (struct cst_latency){0};
}

struct cst_idleness csw_idleness(const struct csw_walker *walker, unsigned slot, unsigned state)
{
    if (slot >= CST_PORT_SLOTS || state >= CST_IDLE_ROWS)
        return (struct cst_idleness){0};
    return results(walker)->idleness[slot][state];
}
