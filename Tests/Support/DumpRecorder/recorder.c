// SPDX-License-Identifier: Apache-2.0
//
// Asks the kernel as the exporter does and writes its datagrams to a file. See ../../CNetlinkTests/Fixtures/README.md.

#include "CNetlink.h"
#include "socket.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Little-endian, as the messages of the machines that these recordings are made on.
struct header {
    char magic[8];
    uint32_t sequence;
    uint32_t port_id;
    uint32_t states;
    uint16_t message_type;
    uint16_t reserved;
};

// recvmsg(2) has no room for a context.
static FILE *recording;

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "recorder: %s: %s\n", what, strerror(errno));
    exit(EXIT_FAILURE);
}

static void put(const void *bytes, size_t size)
{
    if (fwrite(bytes, 1, size, recording) != size)
        fail("cannot write the recording");
}

static ssize_t record(int descriptor, struct msghdr *message, int flags)
{
    ssize_t received = recvmsg(descriptor, message, flags);
    if (received >= 0) {
        uint32_t size = (uint32_t)received;
        put(&size, sizeof size);
        put(message->msg_iov[0].iov_base, size);
    }
    return received;
}

static bool parse_kind(const char *text, enum cnl_request_kind *kind)
{
    static const char *const names[] = {
        [CNL_REQUEST_BOTH_FAMILIES] = "both", [CNL_REQUEST_IPV4] = "ipv4", [CNL_REQUEST_IPV6] = "ipv6"};
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(text, names[i]) == 0) {
            *kind = (enum cnl_request_kind)i;
            return true;
        }
    return false;
}

static bool dump_tcp(struct cnl_socket *socket, enum cnl_request_kind kind, uint32_t states, uint64_t *sockets)
{
    struct cnl_error error;
    struct cnl_tcp_counts counts = {0};
    struct cnl_tcp_request request = {.kind = kind, .states = states};
    bool ok = cnl_tcp_dump(socket, &request, &counts, &error);
    for (unsigned state = 0; state < CST_STATES; state++)
        *sockets += cnl_connections(&counts, CST_IPV4, state) + cnl_connections(&counts, CST_IPV6, state);
    return ok;
}

// Listeners are asked for alone, and with a list.
static bool dump_unix(struct cnl_socket *socket, uint32_t states, uint64_t *sockets)
{
    struct cnl_error error;
    struct cnl_unix_counts counts = {0};
    struct cnl_unix_listeners listeners = {.records = NULL};
    struct cnl_unix_request request = {.states = states,
                                       .listeners = states == cnl_state_bit(CST_LISTEN) ? &listeners : NULL};
    bool ok = cnl_unix_dump(socket, &request, &counts, &error);
    for (unsigned kind = 0; kind < CNL_UNIX_KINDS; kind++)
        for (unsigned state = 0; state < CST_STATES; state++)
            *sockets += cnl_unix_sockets(&counts, kind, state);
    return ok;
}

int main(int count, char *arguments[])
{
    enum cnl_request_kind kind = CNL_REQUEST_BOTH_FAMILIES;
    bool is_unix = count == 4 && strcmp(arguments[1], "unix") == 0;
    if (count != 4 || (!is_unix && !parse_kind(arguments[1], &kind))) {
        fputs("usage: recorder both|ipv4|ipv6|unix STATES FILE\n", stderr);
        return 2;
    }
    uint32_t states = (uint32_t)strtoul(arguments[2], NULL, 0);
    recording = fopen(arguments[3], "wb");
    if (!recording)
        fail(arguments[3]);

    struct cnl_error error;
    struct cnl_socket *socket = cnl_open(&error);
    if (!socket) {
        errno = error.error_number;
        fail("cannot open a netlink socket");
    }
    socket->receive = record;
    struct header header = {
        .magic = {'C', 'N', 'L', 'D', 'U', 'M', 'P', '1'},
        .sequence = socket->last_sequence + 1,
        .port_id = socket->port_id,
        .states = states,
        .message_type = !is_unix && kind == CNL_REQUEST_BOTH_FAMILIES ? TCPDIAG_GETSOCK : SOCK_DIAG_BY_FAMILY,
    };
    put(&header, sizeof header);

    // A refused dump is worth recording too.
    uint64_t sockets = 0;
    bool ok = is_unix ? dump_unix(socket, states, &sockets) : dump_tcp(socket, kind, states, &sockets);
    cnl_close(socket);
    if (fclose(recording) != 0)
        fail(arguments[3]);
    printf("%s %s: %s, %llu sockets\n", arguments[3], arguments[1], ok ? "complete" : "failed",
           (unsigned long long)sockets);
    return EXIT_SUCCESS;
}
