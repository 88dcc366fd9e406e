// SPDX-License-Identifier: Apache-2.0

#include "endpoint.h"

#include <errno.h>
#include <limits.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

union address {
    struct sockaddr any;
    struct sockaddr_in ipv4;
    struct sockaddr_in6 ipv6;
};

noreturn void fail(const char *call)
{
    fprintf(stderr, "population: %s failed: %s\n", call, strerror(errno));
    exit(EXIT_FAILURE);
}

static union address loopback(int family, uint16_t port, socklen_t *size)
{
    if (family == AF_INET6) {
        *size = sizeof(struct sockaddr_in6);
        return (union address){
            .ipv6 = {.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = IN6ADDR_LOOPBACK_INIT}};
    }
    *size = sizeof(struct sockaddr_in);
    return (union address){
        .ipv4 = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}};
}

int tcp_socket(int family)
{
    int descriptor = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        fail("socket");
    return descriptor;
}

void set_option(int descriptor, int level, int name, int value)
{
    if (setsockopt(descriptor, level, name, &value, sizeof value) != 0)
        fail("setsockopt");
}

void bind_loopback(int descriptor, int family, uint16_t port)
{
    socklen_t size;
    union address address = loopback(family, port, &size);
    if (bind(descriptor, &address.any, size) != 0)
        fail("bind");
}

void connect_loopback(int descriptor, int family, uint16_t port)
{
    socklen_t size;
    union address address = loopback(family, port, &size);
    if (connect(descriptor, &address.any, size) != 0 && errno != EINPROGRESS)
        fail("connect");
}

int listener(int family)
{
    int descriptor = tcp_socket(family);
    bind_loopback(descriptor, family, 0);
    if (listen(descriptor, INT_MAX) != 0)
        fail("listen");
    return descriptor;
}

int connect_to(int listener_descriptor, int type_flags, void (*prepare)(int descriptor))
{
    union address address;
    socklen_t size = sizeof address;
    if (getsockname(listener_descriptor, &address.any, &size) != 0)
        fail("getsockname");
    int client = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | type_flags, 0);
    if (client < 0)
        fail("socket");
    if (prepare)
        prepare(client);
    if (connect(client, &address.any, size) != 0 && errno != EINPROGRESS)
        fail("connect");
    return client;
}

struct connection establish(int listener_descriptor)
{
    struct connection connection = {.client = connect_to(listener_descriptor, 0, NULL)};
    connection.server = accept4(listener_descriptor, NULL, NULL, SOCK_CLOEXEC);
    if (connection.server < 0)
        fail("accept4");
    return connection;
}

// An orphan that gets no answer would try on for minutes, or for weeks after never_give_up, and keep the namespace
// alive.
static void vanish_when_closed(int descriptor)
{
    const struct linger reset = {.l_onoff = 1, .l_linger = 0};
    if (setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &reset, sizeof reset) != 0)
        fail("setsockopt(SO_LINGER)");
}

void drop_arrivals(int descriptor)
{
    struct sock_filter keep_nothing = BPF_STMT(BPF_RET | BPF_K, 0);
    struct sock_fprog program = {.len = 1, .filter = &keep_nothing};
    if (setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0)
        fail("setsockopt(SO_ATTACH_FILTER)");
    vanish_when_closed(descriptor);
}

void never_give_up(int descriptor)
{
    set_option(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, INT_MAX);
    vanish_when_closed(descriptor);
}

void await_state(int descriptor, uint8_t state)
{
    enum { STEPS = 10000 };
    const struct timespec step = {.tv_nsec = 1000000};
    for (int i = 0; i < STEPS; i++) {
        struct tcp_info info;
        socklen_t size = sizeof info;
        if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
            fail("getsockopt(TCP_INFO)");
        if (info.tcpi_state == state)
            return;
        nanosleep(&step, NULL);
    }
    errno = ETIMEDOUT;
    fail("waiting for a socket's state");
}
