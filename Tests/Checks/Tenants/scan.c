// SPDX-License-Identifier: Apache-2.0
//
// Scans TCP and UDP several times with a form of the BPF walk, from the network namespace that it is started in, and
// prints the smallest and the largest of each count, and what the scans cost. Needs root.
//
//   scan FORM TIMES [all]          all: tell the other namespaces apart

#include "objects.h"
#include "walker.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ESTABLISHED = 1, LISTEN = 10 };

struct range {
    const char *name;
    uint64_t least, most;
};

static void note(struct range *range, uint64_t value)
{
    if (value < range->least)
        range->least = value;
    if (value > range->most)
        range->most = value;
}

static uint64_t microseconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_nsec / 1000;
}

static uint64_t own_sockets(const struct csw_walker *walker, unsigned state)
{
    return csw_sockets(walker, CST_OWN_NAMESPACE, CST_IPV4, state) +
           csw_sockets(walker, CST_OWN_NAMESPACE, CST_IPV6, state);
}

static uint64_t foreign_sockets(const struct csw_walker *walker, unsigned state)
{
    uint64_t sum = 0;
    for (size_t i = CST_OTHER_NAMESPACES; i < csw_namespaces(walker); i++)
        if (!csw_namespace(walker, i).is_incomplete)
            sum += csw_sockets(walker, i, CST_IPV4, state) + csw_sockets(walker, i, CST_IPV6, state);
    return sum;
}

static uint64_t others(const struct csw_walker *walker)
{
    uint64_t sum = 0;
    for (unsigned state = 0; state < CST_STATES; state++)
        sum += csw_sockets(walker, CST_OTHER_NAMESPACES, CST_IPV4, state) +
               csw_sockets(walker, CST_OTHER_NAMESPACES, CST_IPV6, state);
    return sum;
}

static uint64_t listed(const struct csw_walker *walker, bool own)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < csw_listeners(walker); i++) {
        struct cst_listener listener = csw_listener(walker, i);
        if ((listener.namespace_index == CST_OWN_NAMESPACE) == own)
            sum += listener.sockets;
    }
    return sum;
}

static uint64_t listless(const struct csw_walker *walker)
{
    uint64_t count = 0;
    for (size_t i = 0; i < csw_namespaces(walker); i++)
        count += csw_namespace(walker, i).lacks_listeners;
    return count;
}

static uint64_t incomplete(const struct csw_walker *walker)
{
    uint64_t count = 0;
    for (size_t i = 0; i < csw_namespaces(walker); i++)
        count += csw_namespace(walker, i).is_incomplete;
    return count;
}

// What is counted of UDP sockets, on a kernel that has a table of them.
struct udp {
    uint64_t own, foreign, lost_chains, microseconds;
};

static bool scan_udp(struct csw_walker *walker, struct csw_options options, struct udp *udp, struct csw_error *error)
{
    uint64_t began = microseconds();
    options.protocol = CSW_UDP;
    if (!csw_begin(walker, options, error) || !csw_walk_udp(walker, error))
        return error->failure == CSW_UNSUPPORTED;
    udp->microseconds = microseconds() - began;
    udp->own = own_sockets(walker, ESTABLISHED) + own_sockets(walker, CST_CLOSE);
    udp->foreign = foreign_sockets(walker, ESTABLISHED) + foreign_sockets(walker, CST_CLOSE);
    struct csw_summary summary = csw_summary(walker);
    udp->lost_chains = summary.changed_chains + summary.long_chains;
    return true;
}

int main(int count, char **arguments)
{
    static const uint16_t port_slots[CST_PORTS];
    int form = count > 1 ? atoi(arguments[1]) : 0, times = count > 2 ? atoi(arguments[2]) : 1;
    struct csw_options options = {.by_namespace = count > 3 && !strcmp(arguments[3], "all"),
                                  .foreign_nanoseconds = 50 * 1000 * 1000};
    struct cbl_error load_error;
    struct csw_walker *walker = csw_open_form(form, form + 1, CSW_QUEUES, 0, &load_error);
    if (!walker) {
        fprintf(stderr, "scan: loading failed: %d, errno %d\n", load_error.failure, load_error.error_number);
        return 1;
    }
    struct csw_error error;
    struct range ranges[] = {{"own_established", UINT64_MAX, 0},
                             {"own_listen", UINT64_MAX, 0},
                             {"own_listed", UINT64_MAX, 0},
                             {"foreign_established", UINT64_MAX, 0},
                             {"foreign_listen", UINT64_MAX, 0},
                             {"foreign_listed", UINT64_MAX, 0},
                             {"others", UINT64_MAX, 0},
                             {"namespaces", UINT64_MAX, 0},
                             {"incomplete_namespaces", UINT64_MAX, 0},
                             {"listless_namespaces", UINT64_MAX, 0},
                             {"lost_listener_chains", UINT64_MAX, 0},
                             {"lost_chains", UINT64_MAX, 0},
                             {"reread_chains", UINT64_MAX, 0},
                             {"microseconds", UINT64_MAX, 0},
                             {"longest_run_microseconds", UINT64_MAX, 0},
                             {"own_udp", UINT64_MAX, 0},
                             {"foreign_udp", UINT64_MAX, 0},
                             {"lost_udp_chains", UINT64_MAX, 0},
                             {"udp_microseconds", UINT64_MAX, 0}};
    for (int i = 0; walker && i < times; i++) {
        uint64_t began = microseconds();
        if (!csw_begin(walker, options, &error) || !csw_walk_listeners(walker, &error) ||
            !csw_walk_connections(walker, port_slots, &error)) {
            csw_close(walker);
            walker = NULL;
            break;
        }
        uint64_t duration = microseconds() - began;
        struct csw_summary summary = csw_summary(walker);
        uint64_t values[] = {own_sockets(walker, ESTABLISHED),
                             own_sockets(walker, LISTEN),
                             listed(walker, true),
                             foreign_sockets(walker, ESTABLISHED),
                             foreign_sockets(walker, LISTEN),
                             listed(walker, false),
                             others(walker),
                             csw_namespaces(walker),
                             incomplete(walker),
                             listless(walker),
                             summary.lost_listener_chains,
                             summary.changed_chains + summary.long_chains,
                             summary.reread_chains,
                             duration,
                             summary.longest_run / 1000,
                             0,
                             0,
                             0,
                             0};
        struct udp udp = {0};
        if (!scan_udp(walker, options, &udp, &error)) {
            csw_close(walker);
            walker = NULL;
            break;
        }
        const uint64_t of_udp[] = {udp.own, udp.foreign, udp.lost_chains, udp.microseconds};
        memcpy(values + sizeof values / sizeof *values - sizeof of_udp / sizeof *of_udp, of_udp, sizeof of_udp);
        for (size_t value = 0; value < sizeof values / sizeof *values; value++)
            note(&ranges[value], values[value]);
    }
    if (!walker) {
        fprintf(stderr, "scan: failed: %d, errno %d\n", error.failure, error.error_number);
        return 1;
    }
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        printf("%s %" PRIu64 " %" PRIu64 "\n", ranges[i].name, ranges[i].least, ranges[i].most);
    csw_close(walker);
    return 0;
}
