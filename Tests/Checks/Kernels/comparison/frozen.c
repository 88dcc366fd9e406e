// SPDX-License-Identifier: Apache-2.0

#include "frozen.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Retransmissions change timers and drops from time to time. A scan is compared only if the dumps before and after it
// are the same.
enum { MOST_TRIES = 20, MICROSECONDS_BETWEEN_TRIES = 100 * 1000 };

enum { PLACES = 2 };

_Static_assert(sizeof(struct endpoint) == 48, "counts have no padding, so that dumps can be compared as bytes");

// Scans until the dumps of some namespaces before and after are the same, and leaves them in `expected`. Adds a fault
// and returns false when a scan fails or the sockets change each time.
static bool scan_frozen(struct csw_walker *walker, struct walk_options options, const struct place *places,
                        size_t count, struct counts *expected, struct check *check)
{
    static struct counts after[PLACES];
    for (int try = 0; try < MOST_TRIES; try++) {
        for (size_t i = 0; i < count; i++)
            netlink_dump(places[i].socket, TOGETHER, &expected[i]);
        if (!walk_scan(walker, options, check))
            return false;
        for (size_t i = 0; i < count; i++)
            netlink_dump(places[i].socket, TOGETHER, &after[i]);
        if (memcmp(expected, after, count * sizeof *expected) == 0)
            return true;
        usleep(MICROSECONDS_BETWEEN_TRIES);
    }
    check_fault(check, "the sockets changed during each of %d scans", MOST_TRIES);
    return false;
}

// Reads the lines `STATE IPV4 IPV6` of a file.
static void read_ordered(const char *path, struct counts *counts)
{
    FILE *file = fopen(path, "re");
    require(file != NULL, path);
    char name[32];
    uint64_t ipv4, ipv6;
    memset(counts, 0, sizeof *counts);
    while (fscanf(file, "%31s %" SCNu64 " %" SCNu64, name, &ipv4, &ipv6) == 3) {
        unsigned state = state_number(name);
        if (state == 0) {
            fprintf(stderr, "compare-sources: %s names the unknown state %s\n", path, name);
            exit(EXIT_FAILURE);
        }
        counts->sockets[IPV4][state] = ipv4;
        counts->sockets[IPV6][state] = ipv6;
    }
    fclose(file);
}

void check_dumps(const struct place *population, const char *ordered)
{
    static struct counts expected, together, one_by_one;

    struct check check = check_begin("netlink: states are as ordered");
    read_ordered(ordered, &expected);
    netlink_dump(population->socket, TOGETHER, &together);
    compare_states(&check, &expected, &together, IPV4);
    check_end(&check);

    check = check_begin("netlink: dumps of one family each, from inside, are the same");
    struct cnl_socket *inside = netlink_open(-1);
    netlink_dump(inside, ONE_BY_ONE, &one_by_one);
    netlink_close(inside);
    compare_states(&check, &together, &one_by_one, IPV4);
    compare_queues(&check, &together, &one_by_one);
    compare_ports(&check, &together, &one_by_one);
    compare_endpoints(&check, &together, &one_by_one);
    check_end(&check);
}

void check_variety(const struct place *population)
{
    static struct counts counts;
    struct check check = check_begin("netlink: the population has queues, timers, backlogs, drops and a shared port");
    netlink_dump(population->socket, TOGETHER, &counts);
    for (unsigned family = 0; family < FAMILIES; family++) {
        bool has_backlog = false, has_drops = false, has_shared_port = false;
        for (size_t i = 0; i < counts.endpoints; i++) {
            const struct endpoint *endpoint = &counts.endpoint[i];
            if (endpoint->family != family)
                continue;
            has_backlog |= endpoint->backlog > 0;
            has_drops |= endpoint->drops > 0;
            has_shared_port |= endpoint->sockets > 1;
        }
        if (counts.receive_queue_bytes[family] == 0 || counts.send_queue_bytes[family] == 0)
            check_fault(&check, "a queue of family %u is empty", family);
        if (!has_backlog || !has_drops || !has_shared_port)
            check_fault(&check, "family %u lacks a backlog, drops or a shared port", family);
    }
    if (counts.timers[1] == 0)
        check_fault(&check, "no socket waits for a retransmission");
    check_end(&check);
}

// Checks one aspect of the counts.
static void check_aspect(const char *form, const char *aspect,
                         void (*compare)(struct check *, const struct counts *, const struct counts *),
                         const struct counts *expected, const struct counts *seen)
{
    struct check check = check_begin("%s: %s are as netlink's", form, aspect);
    compare(&check, expected, seen);
    check_end(&check);
}

void check_own(const char *form, struct csw_walker *walker, const struct place *own)
{
    static struct counts expected, seen;
    struct check check = check_begin("%s: states are as netlink's", form);
    bool is_scanned = scan_frozen(walker, (struct walk_options){.with_queues = true}, own, 1, &expected, &check);
    if (is_scanned) {
        walk_own_counts(walker, &seen);
        compare_states(&check, &expected, &seen, IPV4);
    }
    check_end(&check);
    if (!is_scanned)
        return;
    check_aspect(form, "queues", compare_queues, &expected, &seen);
    check_aspect(form, "timers", compare_timers, &expected, &seen);
    check_aspect(form, "listeners", compare_endpoints, &expected, &seen);
    check_aspect(form, "ports", compare_ports, &expected, &seen);
    check_aspect(form, "destinations", compare_destinations, &expected, &seen);
}

// Checks a scan that tells the namespaces apart.
static void check_apart(const char *form, struct csw_walker *walker, const struct place *places)
{
    static struct counts expected[PLACES], seen;
    struct check check = check_begin("%s: other namespaces are as netlink's inside", form);
    if (scan_frozen(walker, (struct walk_options){.by_namespace = true}, places, PLACES, expected, &check)) {
        for (size_t i = 0; i < PLACES; i++)
            if (walk_namespace_counts(walker, places[i].inode, &seen)) {
                compare_states(&check, &expected[i], &seen, IPV4);
                compare_endpoints(&check, &expected[i], &seen);
            } else {
                check_fault(&check, "the scan did not find the namespace %ju", (uintmax_t)places[i].inode);
            }
    }
    check_end(&check);
}

// Adds the sockets of a namespace that are in shared tables: its listeners, and its connections if it has no own table.
static void add_shared(struct counts *sum, const struct place *place, const struct counts *counts)
{
    for (unsigned family = 0; family < FAMILIES; family++)
        for (unsigned state = 0; state < STATES; state++)
            if (state == LISTEN || !place->has_own_table)
                sum->sockets[family][state] += counts->sockets[family][state];
}

// Checks a scan that does not tell them apart, for which only the shared tables are walked.
static void check_together(const char *form, struct csw_walker *walker, const struct place *places)
{
    static struct counts expected[PLACES], sum, seen;
    struct check check = check_begin("%s: other namespaces together are as netlink's inside", form);
    if (scan_frozen(walker, (struct walk_options){0}, places, PLACES, expected, &check)) {
        memset(&sum, 0, sizeof sum);
        for (size_t i = 0; i < PLACES; i++)
            add_shared(&sum, &places[i], &expected[i]);
        walk_other_counts(walker, &seen);
        compare_states(&check, &sum, &seen, IPV4);
    }
    check_end(&check);
}

void check_others(const char *form, struct csw_walker *walker, const struct place places[2])
{
    check_apart(form, walker, places);
    check_together(form, walker, places);
}
