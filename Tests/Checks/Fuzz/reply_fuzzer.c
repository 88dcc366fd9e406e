// SPDX-License-Identifier: Apache-2.0
//
// Passes any bytes to `cnl_reply_datagram` with the reader of TCP sockets, which must not fault and must not count more
// than the bytes hold. See README.md.

#include "fuzzing.h"

// Both meanings of state CLOSE, as a flag of the first message has it.
static bool is_closed_bound_inactive(const uint8_t *data, size_t size)
{
    struct nlmsghdr header = {0};
    if (size >= sizeof header)
        memcpy(&header, data, sizeof header);
    return header.nlmsg_flags & NLM_F_DUMP_FILTERED;
}

static void check_listeners(const struct cnl_listeners *listeners, const struct cnl_tcp_counts *counts)
{
    enum { LISTEN = 10 };
    REQUIRE(listeners->count == cnl_connections(counts, CST_IPV4, LISTEN) + cnl_connections(counts, CST_IPV6, LISTEN));
    for (size_t i = 0; i < listeners->count && i < listeners->capacity; i++) {
        const struct cst_listener *listener = &listeners->records[i];
        REQUIRE(listener->family < CST_FAMILIES && listener->sockets == 1);
        REQUIRE(listener->full_sockets == (listener->backlog > listener->backlog_limit));
    }
}

static void check_ports(const struct cnl_ports *ports, const struct cnl_tcp_counts *counts)
{
    for (unsigned state = 0; state < CST_STATES; state++) {
        uint64_t sockets = cnl_port_sockets(ports, 0, state) + cnl_port_sockets(ports, 1, state);
        uint64_t expected = cnl_connections(counts, CST_IPV4, state) + cnl_connections(counts, CST_IPV6, state);
        REQUIRE(sockets == (state == CST_BOUND_INACTIVE ? 0 : expected));
    }
}

// All ports count, so that each socket goes somewhere unless it listens or is only bound.
static void check_destinations(const struct cnl_destinations *destinations, const struct cnl_tcp_counts *counts)
{
    uint64_t sockets = 0;
    for (unsigned family = 0; family < CST_FAMILIES; family++)
        for (unsigned state = 0; state < CST_STATES; state++)
            if (state != CST_LISTEN && state != CST_BOUND_INACTIVE)
                sockets += cnl_connections(counts, family, state);
    uint64_t busiest = cnl_busiest_destination(destinations), ports = cnl_used_ports(destinations);
    REQUIRE(busiest <= sockets && ports <= sockets);
    REQUIRE((busiest > 0) == (sockets > 0) && (ports > 0) == (sockets > 0));
}

static bool has_no_sockets(const struct cnl_tcp_counts *counts)
{
    for (unsigned state = 0; state < CST_STATES; state++)
        if (cnl_connections(counts, CST_IPV4, state) + cnl_connections(counts, CST_IPV6, state) > 0)
            return false;
    return true;
}

static void check_counts(const struct cnl_tcp_counts *counts, size_t size)
{
    uint64_t connections = 0, timers = counts->unknown_timers;
    for (unsigned family = 0; family < CST_FAMILIES; family++)
        for (unsigned state = 0; state < CST_STATES; state++)
            connections += cnl_connections(counts, family, state);
    for (unsigned timer = 0; timer < CST_TIMERS; timer++)
        timers += cnl_timer_connections(counts, timer);
    uint64_t sockets = connections + counts->unknown_families + counts->unknown_states;

    REQUIRE(sockets <= size / SMALLEST_SOCKET_MESSAGE);
    REQUIRE(timers == connections);
    REQUIRE(counts->requests <= cnl_connections(counts, CST_IPV4, 3) + cnl_connections(counts, CST_IPV6, 3));
    // Never the root, and of a socket that was counted.
    REQUIRE(counts->cgroup != 1 && (counts->cgroup == 0 || connections > 0));
    REQUIRE(counts->unknown_attributes <= size / sizeof(struct nlattr));
    REQUIRE(counts->unknown_messages <= size / sizeof(struct nlmsghdr));
    for (unsigned family = 0; family < CST_FAMILIES; family++) {
        REQUIRE(cnl_receive_queue_bytes(counts, family) <= connections * UINT32_MAX);
        REQUIRE(cnl_send_queue_bytes(counts, family) <= connections * UINT32_MAX);
        REQUIRE(cnl_connections(counts, family, 0) == 0);
        REQUIRE(cnl_connections(counts, family, 12) == 0);
    }
}

// With a filter the answer takes the same course, and each socket is counted or left out.
static void check_filter(struct cnl_reply reply, enum cnl_progress progress, const uint8_t *data, size_t size,
                         const struct cnl_tcp_counts *counts)
{
    static struct cnl_filter *filter;
    static const uint32_t inodes[] = {1, 0x01000000, 0xffffffff};
    if (!filter) {
        if (!(filter = cnl_filter_new(inodes, sizeof inodes / sizeof *inodes)))
            abort();
        for (unsigned port = 1; port < CST_PORTS; port += 2)
            cnl_filter_add_port(filter, (uint16_t)port);
    }
    struct cnl_tcp_counts selected = {0};
    struct cnl_tcp_fold fold = {
        .counts = &selected, .filter = filter, .closed_is_bound_inactive = is_closed_bound_inactive(data, size)};
    reply.reader = cnl_tcp_reader(&fold);
    REQUIRE(cnl_reply_datagram(&reply, data, size) == progress);
    uint64_t sockets = selected.unselected + selected.unknown_families + selected.unknown_states;
    uint64_t all = counts->unknown_families + counts->unknown_states;
    for (unsigned family = 0; family < CST_FAMILIES; family++)
        for (unsigned state = 0; state < CST_STATES; state++) {
            REQUIRE(cnl_connections(&selected, family, state) <= cnl_connections(counts, family, state));
            sockets += cnl_connections(&selected, family, state);
            all += cnl_connections(counts, family, state);
        }
    REQUIRE(sockets == all);
    REQUIRE(counts->unselected == 0);
    REQUIRE(selected.unknown_attributes == counts->unknown_attributes);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
    uint8_t *data = copy_input(input, size);
    const struct cnl_reply expected = expected_reply(data, size);
    struct cnl_reply reply = expected;
    static uint16_t slots[CST_PORTS];
    static struct cnl_ports *ports;
    static bool is_clear;
    if (!ports && !(ports = cnl_ports_new()))
        abort();
    slots[443] = 1;
    static uint8_t all_ports[CST_PORT_SET_SIZE];
    static struct cnl_destinations *destinations;
    if (!destinations && !(destinations = cnl_destinations_new()))
        abort();
    if (!is_clear) { // which takes longer than most inputs
        memset(all_ports, 0xff, sizeof all_ports);
        cnl_ports_begin(ports, slots);
        cnl_destinations_begin(destinations, all_ports);
    }
    struct cst_listener records[2] = {{.family = 0}};
    struct cnl_listeners listeners = {.records = records, .capacity = sizeof records / sizeof *records};
    struct cnl_tcp_counts counts = {0};
    struct cnl_tcp_fold fold = {
        .counts = &counts,
        .listeners = &listeners,
        .ports = ports,
        .destinations = destinations,
        .closed_is_bound_inactive = is_closed_bound_inactive(data, size),
    };
    reply.reader = cnl_tcp_reader(&fold);
    enum cnl_progress progress = cnl_reply_datagram(&reply, data, size);
    REQUIRE(size == 0 || memcmp(data, input, size) == 0);
    check_error(progress, &reply.error);
    check_counts(&counts, size);
    check_listeners(&listeners, &counts);
    check_ports(ports, &counts);
    check_destinations(destinations, &counts);
    check_filter(expected, progress, data, size, &counts);
    is_clear = has_no_sockets(&counts);
    free(data);
    return 0;
}
