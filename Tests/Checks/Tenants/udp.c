// SPDX-License-Identifier: Apache-2.0

#include "udp.h"

#include "play.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int open_udp(int family, int port)
{
    int on = 1, descriptor = socket(family, SOCK_DGRAM, 0);
    socklen_t size;
    struct sockaddr_storage address = address_of(family, port, &size);
    if (descriptor < 0 || setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0 ||
        bind(descriptor, (struct sockaddr *)&address, size) != 0)
        fail("a UDP socket");
    return descriptor;
}

void hold_udp(int family, int port)
{
    static unsigned number;
    socklen_t size;
    struct sockaddr_storage peer = address_of(family, port, &size);
    int descriptor = open_udp(family, port);
    if (number++ % 2 && connect(descriptor, (struct sockaddr *)&peer, size) != 0)
        fail("connecting a UDP socket");
}

void hold_udp_apart(int family, int port)
{
    static uint32_t number;
    (void)family;
    for (int is_bound = 0; !is_bound; number++) {
        struct in6_addr mapped = {.s6_addr = {[10] = 0xff, [11] = 0xff}};
        uint32_t loopback = htonl(INADDR_LOOPBACK + number);
        memcpy(&mapped.s6_addr[12], &loopback, sizeof loopback);
        struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port), .sin6_addr = mapped};
        struct sockaddr_in four = {
            .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = loopback};
        int descriptor = socket(number % 2 ? AF_INET6 : AF_INET, SOCK_DGRAM, 0);
        if (descriptor < 0)
            fail("a UDP socket");
        is_bound = bind(descriptor, number % 2 ? (struct sockaddr *)&six : (struct sockaddr *)&four,
                        number % 2 ? sizeof six : sizeof four) == 0;
        if (is_bound)
            continue;
        // The process before has it.
        if (errno != EADDRINUSE)
            fail("binding a UDP socket");
        close(descriptor);
    }
}

void rebind_udp(int count)
{
    int *descriptors = calloc((size_t)count, sizeof *descriptors);
    if (!descriptors)
        fail("calloc");
    for (int i = 0; i < count; i++)
        descriptors[i] = open_udp(AF_INET6, 0);
    say_ready();
    for (unsigned long turn = 0; turn % 256 || !has_ended(); turn++) {
        int descriptor = descriptors[turn % (unsigned)count];
        struct sockaddr nowhere = {.sa_family = AF_UNSPEC};
        socklen_t size;
        struct sockaddr_storage any = address_of(AF_INET6, 0, &size);
        if (connect(descriptor, &nowhere, sizeof nowhere) != 0 || bind(descriptor, (struct sockaddr *)&any, size) != 0)
            fail("binding anew");
    }
}
