// SPDX-License-Identifier: Apache-2.0

#include "udp.h"

#include "play.h"

#include <netinet/in.h>
#include <stdlib.h>

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
