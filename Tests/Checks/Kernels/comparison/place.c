// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE

#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

_Noreturn void fail(const char *call)
{
    fprintf(stderr, "compare-sources: %s failed: %s\n", call, strerror(errno));
    exit(EXIT_FAILURE);
}

void require(bool condition, const char *call)
{
    if (!condition)
        fail(call);
}

// Whether the thread's namespace has a table of its own: the size that the kernel reports is negative for a shared one.
static bool has_own_table(void)
{
    FILE *file = fopen("/proc/sys/net/ipv4/tcp_ehash_entries", "re");
    if (!file)
        return false; // before Linux 6.1 all share one
    long entries = 0;
    require(fscanf(file, "%ld", &entries) == 1, "reading tcp_ehash_entries");
    fclose(file);
    return entries > 0;
}

struct place place_open(const char *path)
{
    struct place place = {.descriptor = open(path, O_RDONLY | O_CLOEXEC)};
    struct stat status;
    require(place.descriptor >= 0 && fstat(place.descriptor, &status) == 0, path);
    place.inode = status.st_ino;
    place.socket = netlink_open(place.descriptor);
    place_enter(&place);
    place.has_own_table = has_own_table();
    return place;
}

void place_enter(const struct place *place)
{
    require(setns(place->descriptor, CLONE_NEWNET) == 0, "setns");
}

union address {
    struct sockaddr any;
    struct sockaddr_in ipv4;
    struct sockaddr_in6 ipv6;
};

static int listen_on(union address *address, socklen_t size, int backlog)
{
    static const int on = 1;
    int descriptor = socket(address->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    require(descriptor >= 0, "socket");
    require(setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0, "setsockopt(SO_REUSEPORT)");
    require(bind(descriptor, &address->any, size) == 0, "bind");
    require(listen(descriptor, backlog) == 0, "listen");
    require(getsockname(descriptor, &address->any, &size) == 0, "getsockname");
    return descriptor;
}

// The queue takes two of these connections; the SYNs of the others are dropped, and sent again later.
static void overfill(const union address *address, socklen_t size)
{
    enum { CONNECTIONS = 6 };
    for (int i = 0; i < CONNECTIONS; i++) {
        int descriptor = socket(address->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        require(descriptor >= 0, "socket");
        require(connect(descriptor, &address->any, size) == 0 || errno == EINPROGRESS, "connect");
    }
}

static void add_listeners_at(union address address, socklen_t size)
{
    union address full = address, shared = address;
    listen_on(&full, size, 1);
    overfill(&full, size);
    listen_on(&shared, size, 7);
    listen_on(&shared, size, 9);
}

void add_listeners(void)
{
    struct sockaddr_in ipv4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    add_listeners_at((union address){.ipv4 = ipv4}, sizeof ipv4);
    add_listeners_at((union address){.ipv6 = ipv6}, sizeof ipv6);
}
