// SPDX-License-Identifier: Apache-2.0

#include "netlink.h"

#include "CNetlink.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_LISTENERS = 256 };

static _Noreturn void fail(const char *what, const struct cnl_error *error)
{
    fprintf(stderr, "compare-sources: %s failed with cnl_failure %d: %s: %s\n", what, error->failure,
            error->call ? error->call : "the kernel's answer", strerror(error->error_number));
    exit(EXIT_FAILURE);
}

struct cnl_socket *netlink_open(int namespace)
{
    struct cnl_error error = {0};
    struct cnl_socket *socket = namespace < 0 ? cnl_open(&error) : cnl_open_in_namespace(namespace, &error);
    if (!socket)
        fail("opening a netlink socket", &error);
    return socket;
}

void netlink_close(struct cnl_socket *socket)
{
    cnl_close(socket);
}

static void take_sockets(const struct cnl_tcp_counts *dumped, struct counts *counts)
{
    for (unsigned family = 0; family < FAMILIES; family++) {
        for (unsigned state = 0; state < STATES; state++)
            counts->sockets[family][state] = cnl_connections(dumped, family, state);
        counts->receive_queue_bytes[family] = cnl_receive_queue_bytes(dumped, family);
        counts->send_queue_bytes[family] = cnl_send_queue_bytes(dumped, family);
    }
    for (unsigned timer = 0; timer < TIMERS; timer++)
        counts->timers[timer] = cnl_timer_connections(dumped, timer);
}

static void take_ports(const struct cnl_ports *ports, struct counts *counts)
{
    for (unsigned slot = 0; slot < PORT_SLOTS; slot++)
        for (unsigned state = 0; state < STATES; state++)
            if (state != LISTEN)
                counts->port_sockets[slot][state] = cnl_port_sockets(ports, slot, state);
}

static void take_listeners(const struct cnl_listeners *listeners, struct counts *counts)
{
    if (listeners->count > listeners->capacity) {
        fprintf(stderr, "compare-sources: there are %zu listeners, more than %d\n", listeners->count, MAX_LISTENERS);
        exit(EXIT_FAILURE);
    }
    for (size_t i = 0; i < listeners->count; i++) {
        const struct cst_listener *listener = &listeners->records[i];
        struct endpoint endpoint = {
            .family = listener->family,
            .port = listener->port,
            .sockets = listener->sockets,
            .backlog = listener->backlog,
            .backlog_limit = listener->backlog_limit,
            .drops = listener->drops,
        };
        memcpy(endpoint.address, listener->address, sizeof endpoint.address);
        counts_add_listeners(counts, endpoint);
    }
}

void netlink_dump(struct cnl_socket *socket, enum netlink_way way, struct counts *counts)
{
    static struct cnl_ports *ports;
    if (!ports && !(ports = cnl_ports_new())) {
        fputs("compare-sources: there is no memory for the counters of ports\n", stderr);
        exit(EXIT_FAILURE);
    }
    static struct cnl_destinations *destinations;
    if (!destinations && !(destinations = cnl_destinations_new())) {
        fputs("compare-sources: there is no memory for the counters of destinations\n", stderr);
        exit(EXIT_FAILURE);
    }
    struct cst_listener records[MAX_LISTENERS];
    struct cnl_listeners listeners = {.records = records, .capacity = MAX_LISTENERS};
    struct cnl_tcp_request request = {
        .states = CNL_ALL_STATES, .listeners = &listeners, .ports = ports, .destinations = destinations};
    struct cnl_tcp_counts dumped = {0};
    struct cnl_error error = {0};

    cnl_ports_begin(ports, port_slots());
    cnl_destinations_begin(destinations, all_ports());
    request.kind = way == TOGETHER ? CNL_REQUEST_BOTH_FAMILIES : CNL_REQUEST_IPV4;
    bool is_whole = cnl_tcp_dump(socket, &request, &dumped, &error);
    if (is_whole && way == ONE_BY_ONE) {
        request.kind = CNL_REQUEST_IPV6;
        is_whole = cnl_tcp_dump(socket, &request, &dumped, &error);
    }
    if (!is_whole)
        fail("a dump", &error);

    memset(counts, 0, sizeof *counts);
    take_sockets(&dumped, counts);
    take_ports(ports, counts);
    counts->busiest_destination = cnl_busiest_destination(destinations);
    counts->used_ports = cnl_used_ports(destinations);
    take_listeners(&listeners, counts);
}
