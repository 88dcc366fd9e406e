// SPDX-License-Identifier: Apache-2.0

#include "unix.h"
#include "endpoint.h"

#include <stddef.h>
#include <stdio.h>
#include <sys/un.h>

// Connections made through one listener.
enum { CONNECTIONS_PER_LISTENER = 1000 };

static int unix_socket(int type)
{
    int descriptor = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        fail("socket(AF_UNIX)");
    return descriptor;
}

// An abstract name, which leaves no file: `@RECIPE/NUMBER`.
static socklen_t name(struct sockaddr_un *address, const char *recipe, uint32_t number)
{
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    int length = snprintf(address->sun_path + 1, sizeof address->sun_path - 1, "%s/%u", recipe, number);
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length);
}

static void listen_at(const char *recipe, uint32_t number)
{
    struct sockaddr_un address;
    socklen_t size = name(&address, recipe, number);
    int descriptor = unix_socket(SOCK_STREAM);
    if (bind(descriptor, (struct sockaddr *)&address, size) != 0)
        fail("bind");
    if (listen(descriptor, SOMAXCONN) != 0)
        fail("listen");
}

static void make_pairs(struct share share, int type)
{
    for (uint32_t i = 0; i < share.count; i++) {
        int descriptors[2];
        if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, descriptors) != 0)
            fail("socketpair");
    }
}

void make_unix_stream(struct share share)
{
    make_pairs(share, SOCK_STREAM);
}

void make_unix_seqpacket(struct share share)
{
    make_pairs(share, SOCK_SEQPACKET);
}

void make_unix_dgram(struct share share)
{
    for (uint32_t i = 0; i < share.count; i++)
        unix_socket(SOCK_DGRAM);
}

void make_unix_listen(struct share share)
{
    for (uint32_t i = share.first; i < share.first + share.count; i++)
        listen_at("unix_listen", i);
}

void make_unix_backlog(struct share share)
{
    struct sockaddr_un address;
    socklen_t size = 0;
    for (uint32_t i = 0; i < share.count; i++) {
        if (i % CONNECTIONS_PER_LISTENER == 0) {
            listen_at("unix_backlog", share.first + i);
            size = name(&address, "unix_backlog", share.first + i);
        }
        if (connect(unix_socket(SOCK_STREAM), (struct sockaddr *)&address, size) != 0)
            fail("connect");
    }
}
