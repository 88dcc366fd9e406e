// SPDX-License-Identifier: Apache-2.0
//
// Plays a tenant who works against the walk of the kernel's tables, in the network namespace that it is started in:
//
//   tenant listen COUNT PORT...      holds so many listening sockets (SO_REUSEPORT) on each port
//   tenant listen6 COUNT PORT...     the same over IPv6, where the kernel appends to a chain instead of prepending
//   tenant toggle PORT...            opens and closes a listening socket on each port, as fast as it can
//   tenant toggle6 PORT...           the same over IPv6
//   tenant move PORT...              moves 64 listening sockets from port to port, as fast as it can
//   tenant relisten COUNT PORT       lets each of so many listening sockets stop to listen and begin again, in place
//   tenant relisten6 COUNT PORT      the same over IPv6
//   tenant devices COUNT PORT        holds so many listening sockets, each bound to a device that may not exist
//   tenant connect COUNT             holds so many connections over loopback, all to one port
//   tenant reconnect                 opens and closes connections over loopback, as fast as it can
//   tenant udp COUNT PORT...         holds so many UDP sockets (SO_REUSEPORT) on each port, half of them connected
//   tenant udp6 COUNT PORT...        the same over IPv6, where the kernel appends to a chain instead of prepending
//   tenant udp_apart COUNT PORT      holds so many UDP sockets on one port, each at an address of its own
//   tenant toggle_udp PORT...        opens and closes a UDP socket on each port, as fast as it can
//   tenant toggle_udp6 PORT...       the same over IPv6
//   tenant rebind_udp6 COUNT         lets each of so many UDP sockets get a port anew, as fast as it can: the same one
//                                    where ip_local_port_range has no other
//
// Prints "ready" and goes on until its standard input ends. One process holds at most 15,000 descriptors.

#define _GNU_SOURCE

#include "play.h"
#include "udp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOVED = 64 };

// `device`: the index of the one that the socket is bound to; 0 for none.
static int open_listener_on(int family, int port, int device)
{
    int on = 1, descriptor = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    socklen_t size;
    struct sockaddr_storage address = address_of(family, port, &size);
    if (descriptor < 0 || setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0 ||
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        (device && setsockopt(descriptor, SOL_SOCKET, SO_BINDTOIFINDEX, &device, sizeof device) != 0) ||
        bind(descriptor, (struct sockaddr *)&address, size) != 0 || listen(descriptor, 8) != 0)
        fail("a listening socket");
    return descriptor;
}

static int open_listener(int family, int port)
{
    return open_listener_on(family, port, 0);
}

static int open_connection(int port)
{
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (descriptor < 0 || connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0)
        fail("a connection");
    return descriptor;
}

static void hold_listener(int family, int port)
{
    open_listener(family, port);
}

static void hold_connection(int family, int port)
{
    (void)family;
    struct linger at_once = {.l_onoff = 1};
    int descriptor = open_connection(port);
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

static void hold_devices(int count, int port)
{
    for (int device = 1; device <= count; device++)
        open_listener_on(AF_INET, port, device);
    say_ready();
    wait_for_end();
}

static void move(int count, char **ports)
{
    int descriptors[MOVED];
    for (int i = 0; i < MOVED; i++)
        descriptors[i] = open_listener(AF_INET, atoi(ports[0]));
    say_ready();
    for (unsigned long turn = 1; turn % 256 || !has_ended(); turn++) {
        int *moved = &descriptors[turn % MOVED];
        close(*moved);
        *moved = open_listener(AF_INET, atoi(ports[turn / MOVED % (unsigned)count]));
    }
}

static void relisten(int family, int count, int port)
{
    int *descriptors = calloc((size_t)count, sizeof *descriptors);
    if (!descriptors)
        fail("calloc");
    for (int i = 0; i < count; i++)
        descriptors[i] = open_listener(family, port);
    say_ready();
    for (unsigned long turn = 0; turn % 256 || !has_ended(); turn++) {
        int descriptor = descriptors[turn % (unsigned)count];
        if (shutdown(descriptor, SHUT_RDWR) != 0 || listen(descriptor, 8) != 0)
            fail("listening anew");
    }
}

static int port_of(int listener)
{
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    if (getsockname(listener, (struct sockaddr *)&address, &size) != 0)
        fail("getsockname");
    return ntohs(address.sin_port);
}

static void reconnect(void)
{
    struct linger at_once = {.l_onoff = 1};
    int listener = open_listener(AF_INET, 0), port = port_of(listener);
    say_ready();
    for (unsigned long turn = 1; turn % 256 || !has_ended(); turn++) {
        int client = open_connection(port), server = accept(listener, NULL, NULL);
        setsockopt(client, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        close(client);
        close(server);
    }
}

static void connect_many(int count)
{
    int listener = open_listener(AF_INET, 0);
    if (listen(listener, 65535) != 0)
        fail("listen");
    int port = port_of(listener);
    hold(hold_connection, AF_INET, count, 1, &port);
    say_ready();
    wait_for_end();
}

int main(int count, char **arguments)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    const char *what = count > 1 ? arguments[1] : "";
    if (!strcmp(what, "listen") && count > 3)
        hold_many(hold_listener, AF_INET, atoi(arguments[2]), count - 3, arguments + 3);
    else if (!strcmp(what, "listen6") && count > 3)
        hold_many(hold_listener, AF_INET6, atoi(arguments[2]), count - 3, arguments + 3);
    else if (!strcmp(what, "toggle") && count > 2)
        toggle(open_listener, AF_INET, count - 2, arguments + 2);
    else if (!strcmp(what, "toggle6") && count > 2)
        toggle(open_listener, AF_INET6, count - 2, arguments + 2);
    else if (!strcmp(what, "move") && count > 2)
        move(count - 2, arguments + 2);
    else if (!strcmp(what, "relisten") && count > 3)
        relisten(AF_INET, atoi(arguments[2]), atoi(arguments[3]));
    else if (!strcmp(what, "relisten6") && count > 3)
        relisten(AF_INET6, atoi(arguments[2]), atoi(arguments[3]));
    else if (!strcmp(what, "devices") && count > 3)
        hold_devices(atoi(arguments[2]), atoi(arguments[3]));
    else if (!strcmp(what, "connect") && count > 2)
        connect_many(atoi(arguments[2]));
    else if (!strcmp(what, "udp") && count > 3)
        hold_many(hold_udp, AF_INET, atoi(arguments[2]), count - 3, arguments + 3);
    else if (!strcmp(what, "udp6") && count > 3)
        hold_many(hold_udp, AF_INET6, atoi(arguments[2]), count - 3, arguments + 3);
    else if (!strcmp(what, "udp_apart") && count > 3)
        hold_many(hold_udp_apart, AF_INET, atoi(arguments[2]), 1, arguments + 3);
    else if (!strcmp(what, "toggle_udp") && count > 2)
        toggle(open_udp, AF_INET, count - 2, arguments + 2);
    else if (!strcmp(what, "toggle_udp6") && count > 2)
        toggle(open_udp, AF_INET6, count - 2, arguments + 2);
    else if (!strcmp(what, "rebind_udp6") && count > 2)
        rebind_udp(atoi(arguments[2]));
    else if (!strcmp(what, "reconnect"))
        reconnect();
    else
        return fprintf(stderr, "usage: see the head of tenant.c\n"), 2;
    return 0;
}
