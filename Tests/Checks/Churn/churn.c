// SPDX-License-Identifier: Apache-2.0
//
// Opens and ends IPv4 connections on loopback, as fast as one thread can, until standard input closes; then prints how
// many. Every second one is reset and leaves nothing, the others stay in TIME_WAIT.
//
// Addresses of clients take turns, so that no connection has to wait for the port of one in TIME_WAIT.

#define _GNU_SOURCE

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CLIENT_ADDRESSES = 250, CONNECTIONS_PER_LOOK = 1000, BACKLOG = 16 };

static void require(bool condition, const char *call)
{
    if (condition)
        return;
    fprintf(stderr, "churn: %s: %s\n", call, strerror(errno));
    exit(1);
}

static int new_socket(void)
{
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    require(descriptor >= 0, "socket");
    return descriptor;
}

static struct sockaddr_in loopback(uint32_t host)
{
    return (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + host)};
}

static void one_connection(int listener, const struct sockaddr_in *server, uint64_t number)
{
    static const int on = 1;
    static const struct linger reset = {.l_onoff = 1, .l_linger = 0};

    int client = new_socket();
    struct sockaddr_in address = loopback(2 + (uint32_t)(number % CLIENT_ADDRESSES));
    require(setsockopt(client, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on) == 0, "IP_BIND_ADDRESS_NO_PORT");
    require(bind(client, (struct sockaddr *)&address, sizeof address) == 0, "bind");
    require(connect(client, (const struct sockaddr *)server, sizeof *server) == 0, "connect");
    int accepted = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    require(accepted >= 0, "accept4");
    if (number % 2)
        require(setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof reset) == 0, "SO_LINGER");
    close(client);
    close(accepted);
}

static bool is_to_end(void)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    return poll(&input, 1, 0) > 0;
}

int main(void)
{
    int listener = new_socket();
    struct sockaddr_in server = loopback(1);
    socklen_t length = sizeof server;
    require(bind(listener, (struct sockaddr *)&server, sizeof server) == 0, "bind");
    require(listen(listener, BACKLOG) == 0, "listen");
    require(getsockname(listener, (struct sockaddr *)&server, &length) == 0, "getsockname");

    uint64_t number = 0;
    while (!is_to_end())
        for (int i = 0; i < CONNECTIONS_PER_LOOK; i++)
            one_connection(listener, &server, number++);
    printf("%llu\n", (unsigned long long)number);
    return 0;
}
