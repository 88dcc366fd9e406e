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
//   tenant toggle_udp PORT...        opens and closes a UDP socket on each port, as fast as it can
//   tenant toggle_udp6 PORT...       the same over IPv6
//   tenant rebind_udp6 COUNT         lets each of so many UDP sockets get a port anew, as fast as it can: the same one
//                                    where ip_local_port_range has no other
//
// Prints "ready" and goes on until its standard input ends. One process holds at most 15,000 descriptors.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SOCKETS_OF_A_PROCESS = 15000, MOVED = 64 };

static void fail(const char *what)
{
    fprintf(stderr, "tenant: %s: %s\n", what, strerror(errno));
    exit(1);
}

static struct sockaddr_storage address_of(int family, int port, socklen_t *size)
{
    struct sockaddr_storage address = {.ss_family = (sa_family_t)family};
    if (family == AF_INET6) {
        ((struct sockaddr_in6 *)&address)->sin6_port = htons((uint16_t)port);
        *size = sizeof(struct sockaddr_in6);
    } else {
        ((struct sockaddr_in *)&address)->sin_port = htons((uint16_t)port);
        *size = sizeof(struct sockaddr_in);
    }
    return address;
}

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

static int open_udp(int family, int port)
{
    int on = 1, descriptor = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    socklen_t size;
    struct sockaddr_storage address = address_of(family, port, &size);
    if (descriptor < 0 || setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0 ||
        bind(descriptor, (struct sockaddr *)&address, size) != 0)
        fail("a UDP socket");
    return descriptor;
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

static int has_ended(void)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    return poll(&input, 1, 0) > 0;
}

static void wait_for_end(void)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    while (poll(&input, 1, -1) < 0 && errno == EINTR)
        ;
}

static void say_ready(void)
{
    puts("ready");
    fflush(stdout);
}

// Opens so many sockets, on one port after the other, in children that end with this process.
static void hold(void (*open_one)(int family, int port), int family, int count, int ports, const int *port)
{
    for (int held = 0; held < count; held += SOCKETS_OF_A_PROCESS) {
        int done[2];
        if (pipe(done) != 0)
            fail("pipe");
        pid_t child = fork();
        if (child < 0)
            fail("fork");
        if (child == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            for (int i = held; i < count && i < held + SOCKETS_OF_A_PROCESS; i++)
                open_one(family, port[i % ports]);
            if (write(done[1], "", 1) != 1)
                fail("write");
            pause();
        }
        char byte;
        close(done[1]);
        if (read(done[0], &byte, 1) != 1)
            exit(1);
        close(done[0]);
    }
}

static void hold_listener(int family, int port)
{
    open_listener(family, port);
}

static void hold_udp(int family, int port)
{
    // Every second one is connected, so that no two neighbours are counted alike.
    static unsigned number;
    socklen_t size;
    struct sockaddr_storage peer = address_of(family, port, &size);
    int descriptor = open_udp(family, port);
    if (number++ % 2 && connect(descriptor, (struct sockaddr *)&peer, size) != 0)
        fail("connecting a UDP socket");
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

static void toggle(int (*open_one)(int family, int port), int family, int count, char **ports)
{
    say_ready();
    for (unsigned long turn = 0; turn % 256 || !has_ended(); turn++)
        close(open_one(family, atoi(ports[turn % (unsigned)count])));
}

static void rebind_udp(int count)
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

static void hold_many(void (*hold_one)(int family, int port), int family, int count, int ports, char **names)
{
    int *port = calloc((size_t)ports, sizeof *port);
    if (!port)
        fail("calloc");
    for (int i = 0; i < ports; i++)
        port[i] = atoi(names[i]);
    hold(hold_one, family, count * ports, ports, port);
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
