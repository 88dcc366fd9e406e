// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE

#include "udp.h"

#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

// MARK: The sockets

union address {
    struct sockaddr any;
    struct sockaddr_in ipv4;
    struct sockaddr_in6 ipv6;
};

static int bind_to(union address *address, socklen_t size, int receive_buffer)
{
    static const int on = 1;
    int descriptor = socket(address->any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    require(descriptor >= 0, "socket");
    require(setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0, "setsockopt(SO_REUSEPORT)");
    if (receive_buffer > 0)
        require(setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer) == 0,
                "setsockopt(SO_RCVBUF)");
    require(bind(descriptor, &address->any, size) == 0, "bind");
    require(getsockname(descriptor, &address->any, &size) == 0, "getsockname");
    return descriptor;
}

static void add_udp_sockets_at(union address address, socklen_t size)
{
    enum { SMALL_BUFFER = 2304, DATAGRAMS = 40, SHARING = 3 };
    static const char datagram[500];
    union address full = address, shared = address, client = address;
    bind_to(&full, size, SMALL_BUFFER);
    int descriptor = bind_to(&client, size, 0);
    require(connect(descriptor, &full.any, size) == 0, "connect");
    for (int i = 0; i < DATAGRAMS; i++)
        require(send(descriptor, datagram, sizeof datagram, 0) == sizeof datagram, "send");
    for (int i = 0; i < SHARING; i++)
        bind_to(&shared, size, 0);
}

void add_udp_sockets(void)
{
    struct sockaddr_in ipv4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    add_udp_sockets_at((union address){.ipv4 = ipv4}, sizeof ipv4);
    add_udp_sockets_at((union address){.ipv6 = ipv6}, sizeof ipv6);
}

// MARK: What the kernel says

// Adds the lines of a file, `sl: local:port remote:port st tx:rx ... drops`.
static void read_file(const char *path, unsigned family, struct udp_counts *counts)
{
    FILE *file = fopen(path, "re");
    require(file != NULL, path);
    char line[512];
    require(fgets(line, sizeof line, file) != NULL, path);
    while (fgets(line, sizeof line, file)) {
        unsigned port, state;
        uint64_t send, receive, drops;
        require(sscanf(line, "%*d: %*[0-9A-F]:%x %*[0-9A-F]:%*x %x %" SCNx64 ":%" SCNx64, &port, &state, &send,
                       &receive) == 4,
                path);
        char *end = line + strlen(line);
        while (end > line && (end[-1] == '\n' || end[-1] == ' '))
            *--end = 0;
        require(sscanf(strrchr(line, ' ') + 1, "%" SCNu64, &drops) == 1, path);
        counts->sockets[family][state < STATES ? state : 0]++;
        counts->send_queue_bytes[family] += send;
        counts->receive_queue_bytes[family] += receive;
        udp_counts_add(counts, family, (uint16_t)port, drops);
    }
    fclose(file);
}

static void read_kernel(struct udp_counts *counts)
{
    memset(counts, 0, sizeof *counts);
    read_file("/proc/self/net/udp", IPV4, counts);
    read_file("/proc/self/net/udp6", IPV6, counts);
}

// MARK: The checks

static void compare(struct check *check, const struct udp_counts *expected, const struct udp_counts *seen)
{
    for (unsigned family = 0; family < FAMILIES; family++) {
        for (unsigned state = 0; state < STATES; state++)
            if (expected->sockets[family][state] != seen->sockets[family][state])
                check_fault(check, "family %u, state %u: expected %" PRIu64 ", saw %" PRIu64, family, state,
                            expected->sockets[family][state], seen->sockets[family][state]);
        if (expected->receive_queue_bytes[family] != seen->receive_queue_bytes[family] ||
            expected->send_queue_bytes[family] != seen->send_queue_bytes[family])
            check_fault(check, "family %u: expected %" PRIu64 " and %" PRIu64 " bytes, saw %" PRIu64 " and %" PRIu64,
                        family, expected->receive_queue_bytes[family], expected->send_queue_bytes[family],
                        seen->receive_queue_bytes[family], seen->send_queue_bytes[family]);
    }
    if (expected->ports != seen->ports || memcmp(expected->port, seen->port, sizeof expected->port) != 0)
        check_fault(check, "drops by port differ: %zu ports expected, %zu seen", expected->ports, seen->ports);
}

static void check_variety(struct check *check, const struct udp_counts *counts)
{
    bool has_drops = false;
    for (size_t i = 0; i < counts->ports; i++)
        has_drops |= counts->port[i].drops > 0;
    for (unsigned family = 0; family < FAMILIES; family++)
        if (counts->sockets[family][ESTABLISHED] == 0 || counts->receive_queue_bytes[family] == 0)
            check_fault(check, "family %u lacks a connected socket or a queue", family);
    if (!has_drops)
        check_fault(check, "there are no drops");
}

void check_udp(const char *form, struct csw_walker *walker, const struct place *home, const struct place *population,
               bool is_due)
{
    static struct udp_counts expected, seen;
    struct check check = check_begin(is_due ? "%s: UDP sockets are as /proc/net/udp has them"
                                            : "%s: UDP sockets are refused before Linux 6.2",
                                     form);
    place_enter(population);
    read_kernel(&expected);
    enum walk_udp_outcome outcome = walk_udp(walker, false, &check);
    if (outcome == WALK_UDP_DONE && is_due) {
        walk_udp_own_counts(walker, &seen);
        compare(&check, &expected, &seen);
        check_variety(&check, &expected);
    } else if (outcome != WALK_UDP_FAILED && (outcome == WALK_UDP_REFUSED) == is_due) {
        check_fault(&check, is_due ? "the kernel has no table" : "they were not refused");
    }
    check_end(&check);
    if (outcome != WALK_UDP_DONE)
        return;

    check = check_begin("%s: UDP sockets of another namespace are as /proc/net/udp has them there", form);
    place_enter(home);
    if (walk_udp(walker, true, &check) == WALK_UDP_DONE) {
        walk_udp_namespace_sockets(walker, population->inode, &seen);
        memset(expected.port, 0, sizeof expected.port);
        memset(expected.receive_queue_bytes, 0, sizeof expected.receive_queue_bytes);
        memset(expected.send_queue_bytes, 0, sizeof expected.send_queue_bytes);
        expected.ports = 0;
        compare(&check, &expected, &seen);
    }
    check_end(&check);
}
