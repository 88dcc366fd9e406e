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

// Every socket has a cgroup or none, unless it is only bound.
static void check_cgroups(const struct cnl_cgroups *cgroups, const struct cnl_tcp_counts *counts)
{
    size_t slots = cnl_cgroup_slots(cgroups);
    REQUIRE(slots >= CST_FIRST_CGROUP && slots <= CST_CGROUP_SLOTS);
    uint64_t others = 0;
    for (unsigned state = 0; state < CST_STATES; state++) {
        uint64_t sockets = 0;
        for (size_t slot = 0; slot < slots; slot++)
            sockets += cnl_cgroup_sockets(cgroups, slot, state);
        uint64_t expected = cnl_connections(counts, CST_IPV4, state) + cnl_connections(counts, CST_IPV6, state);
        REQUIRE(sockets == (state == CST_BOUND_INACTIVE ? 0 : expected));
        others += cnl_cgroup_sockets(cgroups, CST_OTHER_CGROUPS, state);
    }
    for (size_t slot = CST_FIRST_CGROUP; slot < slots; slot++)
        REQUIRE(cnl_cgroup_number(cgroups, slot) != 0);
    REQUIRE(cnl_other_cgroups(cgroups) <= others && (cnl_other_cgroups(cgroups) > 0) == (others > 0));
}

struct measured {
    uint64_t round_trips, windows, idle;
};

static struct measured sum_measures(const struct cnl_latency *latency, const struct cnl_idleness *idleness)
{
    struct measured sum = {0};
    for (unsigned slot = 0; slot < 2; slot++) {
        struct cst_latency counts = cnl_latency_of(latency, slot);
        uint64_t windows = 0;
        for (unsigned bucket = 0; bucket < CST_ROUND_TRIP_BUCKETS; bucket++)
            sum.round_trips += cst_round_trips(&counts, bucket);
        for (unsigned bucket = 0; bucket < CST_WINDOW_BUCKETS; bucket++)
            windows += cst_windows(&counts, bucket);
        REQUIRE(counts.unacknowledged <= windows && counts.retransmitting <= windows && counts.zero_windows <= windows);
        REQUIRE(counts.round_trip_us <= windows * UINT32_MAX && counts.window_segments <= windows * UINT32_MAX);
        sum.windows += windows;
        for (unsigned state = 0; state < CST_STATES; state++) {
            struct cst_idleness times = cnl_idleness_of(idleness, slot, state);
            for (unsigned bucket = 0; bucket < CST_IDLE_BUCKETS; bucket++)
                sum.idle += cst_idle_connections(&times, bucket);
        }
    }
    return sum;
}

static void check_measures(struct measured measured, const struct cnl_tcp_counts *counts)
{
    uint64_t connections = 0, idle = 0;
    for (unsigned family = 0; family < CST_FAMILIES; family++)
        for (unsigned state = 0; state < CST_STATES; state++) {
            connections += 1u << state & CST_MEASURED_STATES ? cnl_connections(counts, family, state) : 0;
            idle += 1u << state & CST_IDLE_STATES ? cnl_connections(counts, family, state) : 0;
        }
    REQUIRE(measured.round_trips <= measured.windows && measured.windows <= connections);
    REQUIRE(measured.idle <= idle && measured.idle <= measured.windows);
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
                         const struct cnl_tcp_counts *counts, struct measured measured)
{
    static struct cnl_latency *latency;
    static struct cnl_idleness *idleness;
    if (!latency && (!(latency = cnl_latency_new()) || !(idleness = cnl_idleness_new())))
        abort();
    static struct cnl_filter *filter;
    static const uint32_t inodes[] = {1, 0x01000000, 0xffffffff};
    if (!filter) {
        if (!(filter = cnl_filter_new(inodes, sizeof inodes / sizeof *inodes)))
            abort();
        for (unsigned port = 1; port < CST_PORTS; port += 2)
            cnl_filter_add_port(filter, (uint16_t)port);
    }
    struct cnl_tcp_counts selected = {0};
    cnl_latency_begin(latency);
    cnl_idleness_begin(idleness);
    struct cnl_tcp_fold fold = {
        .counts = &selected,
        .latency = latency,
        .idleness = idleness,
        .filter = filter,
        .closed_is_bound_inactive = is_closed_bound_inactive(data, size),
    };
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
    struct measured part = sum_measures(latency, idleness);
    REQUIRE(part.windows <= measured.windows && part.idle <= measured.idle);
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
    static struct cnl_cgroups *cgroups;
    static struct cnl_latency *latency;
    static struct cnl_idleness *idleness;
    if (!latency && (!(latency = cnl_latency_new()) || !(idleness = cnl_idleness_new())))
        abort();
    cnl_latency_begin(latency);
    cnl_idleness_begin(idleness);
    if (!is_clear) { // which takes longer than most inputs
        if (cgroups)
            cnl_cgroups_free(cgroups);
        if (!(cgroups = cnl_cgroups_new(NULL, 0)))
            abort();
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
        .cgroups = cgroups,
        .latency = latency,
        .idleness = idleness,
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
    cnl_cgroups_keep(cgroups);
    check_cgroups(cgroups, &counts);
    struct measured measured = sum_measures(latency, idleness);
    check_measures(measured, &counts);
    check_filter(expected, progress, data, size, &counts, measured);
    is_clear = has_no_sockets(&counts);
    free(data);
    return 0;
}
