// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE

#include "play.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { SOCKETS_OF_A_PROCESS = 15000 };

void fail(const char *what)
{
    fprintf(stderr, "tenant: %s: %s\n", what, strerror(errno));
    exit(1);
}

struct sockaddr_storage address_of(int family, int port, socklen_t *size)
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

bool has_ended(void)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    return poll(&input, 1, 0) > 0;
}

void wait_for_end(void)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    while (poll(&input, 1, -1) < 0 && errno == EINTR)
        ;
}

void say_ready(void)
{
    puts("ready");
    fflush(stdout);
}

void hold(void (*open_one)(int family, int port), int family, int count, int ports, const int *port)
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

void toggle(int (*open_one)(int family, int port), int family, int count, char **ports)
{
    say_ready();
    for (unsigned long turn = 0; turn % 256 || !has_ended(); turn++)
        close(open_one(family, atoi(ports[turn % (unsigned)count])));
}

void hold_many(void (*open_one)(int family, int port), int family, int count, int ports, char **names)
{
    int *port = calloc((size_t)ports, sizeof *port);
    if (!port)
        fail("calloc");
    for (int i = 0; i < ports; i++)
        port[i] = atoi(names[i]);
    hold(open_one, family, count * ports, ports, port);
    say_ready();
    wait_for_end();
}
