// SPDX-License-Identifier: Apache-2.0

#include "counts.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const state_names[STATES] = {
    "0",     "established", "syn_sent", "syn_recv", "fin_wait1", "fin_wait2",    "time_wait",
    "close", "close_wait",  "last_ack", "listen",   "closing",   "new_syn_recv",
};
static const char *const family_names[FAMILIES] = {"ipv4", "ipv6"};

unsigned state_number(const char *name)
{
    for (unsigned state = 1; state < STATES; state++)
        if (strcmp(state_names[state], name) == 0)
            return state;
    return 0;
}

const uint16_t *port_slots(void)
{
    static uint16_t slots[PORTS];
    static bool is_filled;
    for (unsigned port = 0; port < PORTS && !is_filled; port++)
        slots[port] = port % PORT_SLOTS;
    is_filled = true;
    return slots;
}

const uint8_t *all_ports(void)
{
    static uint8_t set[PORTS / 8];
    memset(set, 0xff, sizeof set);
    return set;
}

void udp_counts_add(struct udp_counts *counts, unsigned family, uint16_t port, uint64_t drops)
{
    size_t at = 0;
    while (at < counts->ports &&
           (counts->port[at].port < port || (counts->port[at].port == port && counts->port[at].family < family)))
        at++;
    struct udp_port *place = &counts->port[at];
    if (at < counts->ports && place->port == port && place->family == family) {
        place->drops += drops;
        return;
    }
    if (counts->ports == MAX_UDP_PORTS) {
        fprintf(stderr, "compare-sources: there are UDP sockets on more than %d ports\n", MAX_UDP_PORTS);
        exit(EXIT_FAILURE);
    }
    memmove(place + 1, place, (counts->ports - at) * sizeof *place);
    *place = (struct udp_port){.drops = drops, .port = port, .family = family};
    counts->ports++;
}

static int compare_places(const struct endpoint *a, const struct endpoint *b)
{
    if (a->family != b->family)
        return a->family < b->family ? -1 : 1;
    if (a->port != b->port)
        return a->port < b->port ? -1 : 1;
    return memcmp(a->address, b->address, sizeof a->address);
}

void counts_add_listeners(struct counts *counts, struct endpoint listeners)
{
    size_t at = 0;
    while (at < counts->endpoints && compare_places(&counts->endpoint[at], &listeners) < 0)
        at++;
    struct endpoint *place = &counts->endpoint[at];
    if (at < counts->endpoints && compare_places(place, &listeners) == 0) {
        place->sockets += listeners.sockets;
        place->backlog += listeners.backlog;
        place->backlog_limit += listeners.backlog_limit;
        place->drops += listeners.drops;
        return;
    }
    if (counts->endpoints == MAX_ENDPOINTS) {
        fprintf(stderr, "compare-sources: there are listeners on more than %d addresses and ports\n", MAX_ENDPOINTS);
        exit(EXIT_FAILURE);
    }
    memmove(place + 1, place, (counts->endpoints - at) * sizeof *place);
    *place = listeners;
    counts->endpoints++;
}

uint64_t counts_total(const struct counts *counts)
{
    uint64_t total = 0;
    for (unsigned family = 0; family < FAMILIES; family++)
        for (unsigned state = 0; state < STATES; state++)
            total += counts->sockets[family][state];
    return total;
}

// Adds a fault if a number differs; the format names it.
__attribute__((format(printf, 4, 5))) static void compare(struct check *check, uint64_t expected, uint64_t seen,
                                                          const char *format, ...)
{
    if (expected == seen)
        return;
    char name[160];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(name, sizeof name, format, arguments);
    va_end(arguments);
    check_fault(check, "%s: expected %" PRIu64 ", saw %" PRIu64, name, expected, seen);
}

void compare_states(struct check *check, const struct counts *expected, const struct counts *seen, unsigned first)
{
    for (unsigned family = first; family < FAMILIES; family++)
        for (unsigned state = 0; state < STATES; state++)
            compare(check, expected->sockets[family][state], seen->sockets[family][state], "%s %s",
                    family_names[family], state_names[state]);
}

void compare_queues(struct check *check, const struct counts *expected, const struct counts *seen)
{
    for (unsigned family = 0; family < FAMILIES; family++) {
        compare(check, expected->receive_queue_bytes[family], seen->receive_queue_bytes[family],
                "%s bytes in receive queues", family_names[family]);
        compare(check, expected->send_queue_bytes[family], seen->send_queue_bytes[family], "%s bytes in send queues",
                family_names[family]);
    }
}

void compare_timers(struct check *check, const struct counts *expected, const struct counts *seen)
{
    for (unsigned timer = 0; timer < TIMERS; timer++)
        compare(check, expected->timers[timer], seen->timers[timer], "sockets with timer %u", timer);
}

void compare_ports(struct check *check, const struct counts *expected, const struct counts *seen)
{
    for (unsigned slot = 0; slot < PORT_SLOTS; slot++)
        for (unsigned state = 0; state < STATES; state++)
            compare(check, expected->port_sockets[slot][state], seen->port_sockets[slot][state], "port %u + n * %u, %s",
                    slot, PORT_SLOTS, state_names[state]);
}

void compare_destinations(struct check *check, const struct counts *expected, const struct counts *seen)
{
    compare(check, expected->busiest_destination, seen->busiest_destination, "sockets of the busiest destination");
    compare(check, expected->used_ports, seen->used_ports, "local ports");
}

void compare_endpoints(struct check *check, const struct counts *expected, const struct counts *seen)
{
    compare(check, expected->endpoints, seen->endpoints, "addresses and ports with listeners");
    for (size_t i = 0; i < expected->endpoints && i < seen->endpoints; i++) {
        const struct endpoint *a = &expected->endpoint[i], *b = &seen->endpoint[i];
        if (compare_places(a, b) != 0) {
            check_fault(check, "expected an endpoint of %s with port %u, saw one of %s with port %u or another address",
                        family_names[a->family], a->port, family_names[b->family], b->port);
            return;
        }
        const char *family = family_names[a->family];
        compare(check, a->sockets, b->sockets, "listeners of %s port %u", family, a->port);
        compare(check, a->backlog, b->backlog, "backlog of %s port %u", family, a->port);
        compare(check, a->backlog_limit, b->backlog_limit, "backlog limit of %s port %u", family, a->port);
        compare(check, a->drops, b->drops, "drops of %s port %u", family, a->port);
    }
}
