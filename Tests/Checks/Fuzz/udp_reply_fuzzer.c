// SPDX-License-Identifier: Apache-2.0
//
// Passes any bytes to `cnl_reply_datagram` with the reader of UDP sockets, which must not fault and must not count more
// than the bytes hold. See README.md.

#include "fuzzing.h"

static uint64_t counted_sockets(const struct cnl_udp_counts *counts)
{
    uint64_t sockets = 0;
    for (unsigned family = 0; family < CST_FAMILIES; family++)
        for (unsigned state = 0; state < CST_STATES; state++) {
            uint64_t count = cnl_udp_sockets(counts, family, state);
            REQUIRE(count == 0 || state == CST_ESTABLISHED || state == CST_CLOSE);
            sockets += count;
        }
    return sockets;
}

static void check_counts(const struct cnl_udp_counts *counts, size_t size)
{
    uint64_t sockets = counted_sockets(counts);
    REQUIRE(sockets + counts->unknown_families + counts->unknown_states <= size / SMALLEST_SOCKET_MESSAGE);
    REQUIRE(counts->unknown_attributes <= size / sizeof(struct nlattr));
    REQUIRE(counts->unknown_messages <= size / sizeof(struct nlmsghdr));
    // Never the root, and of a socket that was counted.
    REQUIRE(counts->cgroup != CST_ROOT_CGROUP && (counts->cgroup == 0 || sockets > 0));
    for (unsigned family = 0; family < CST_FAMILIES; family++) {
        REQUIRE(cnl_udp_receive_queue_bytes(counts, family) <= sockets * UINT32_MAX);
        REQUIRE(cnl_udp_send_queue_bytes(counts, family) <= sockets * UINT32_MAX);
    }
}

static void check_ports(const struct cnl_udp_ports *ports, const struct cnl_udp_counts *counts)
{
    uint64_t sockets = counted_sockets(counts), drops = 0;
    size_t count = 0;
    for (unsigned family = 0; family < CST_FAMILIES; family++) {
        uint32_t port = cnl_udp_bound_port(ports, family, 0);
        while (port < CST_PORTS) {
            count++;
            drops += cnl_udp_port_drops(ports, family, port);
            port = cnl_udp_bound_port(ports, family, port + 1);
        }
    }
    REQUIRE(count == cnl_udp_ports_count(ports) && count <= sockets && (count > 0) == (sockets > 0));
    REQUIRE(counts->unknown_drops <= sockets);
    REQUIRE(drops <= (sockets - counts->unknown_drops) * UINT32_MAX);
}

// Without a table of ports the answer takes the same course.
static void check_without_ports(struct cnl_reply reply, enum cnl_progress progress, const uint8_t *data, size_t size,
                                const struct cnl_udp_counts *counts)
{
    struct cnl_udp_counts others = {0};
    struct cnl_udp_fold fold = {.counts = &others};
    reply.reader = cnl_udp_reader(&fold);
    REQUIRE(cnl_reply_datagram(&reply, data, size) == progress);
    REQUIRE(others.unknown_drops == 0);
    others.unknown_drops = counts->unknown_drops;
    REQUIRE(memcmp(&others, counts, sizeof others) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
    uint8_t *data = copy_input(input, size);
    const struct cnl_reply expected = expected_reply(data, size);
    struct cnl_reply reply = expected;
    struct cnl_udp_ports *ports = cnl_udp_ports_new();
    if (!ports)
        abort();
    struct cnl_udp_counts counts = {0};
    struct cnl_udp_fold fold = {.counts = &counts, .ports = ports};
    reply.reader = cnl_udp_reader(&fold);
    enum cnl_progress progress = cnl_reply_datagram(&reply, data, size);
    REQUIRE(size == 0 || memcmp(data, input, size) == 0);
    check_error(progress, &reply.error);
    check_counts(&counts, size);
    check_ports(ports, &counts);
    check_without_ports(expected, progress, data, size, &counts);
    cnl_udp_ports_free(ports);
    free(data);
    return 0;
}
