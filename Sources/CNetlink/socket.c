// SPDX-License-Identifier: Apache-2.0

#include "socket.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdlib.h>

static void fail(struct cnl_error *error, const char *call)
{
    *error = (struct cnl_error){.failure = CNL_SYSTEM_CALL_FAILED, .error_number = errno, .call = call};
}

struct cnl_socket *cnl_open(struct cnl_error *error)
{
    struct cnl_socket *socket = calloc(1, sizeof *socket);
    if (!socket) {
        fail(error, "calloc");
        return NULL;
    }
    socket->buffer_size = sizeof socket->buffer;
    socket->receive = recvmsg;
    socket->mnl = mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC);
    if (!socket->mnl) {
        fail(error, "socket");
        free(socket);
        return NULL;
    }
    if (mnl_socket_bind(socket->mnl, 0, MNL_SOCKET_AUTOPID) != 0) {
        fail(error, "bind");
        cnl_close(socket);
        return NULL;
    }
    socket->port_id = mnl_socket_get_portid(socket->mnl);
    return socket;
}

void cnl_set_deadline(struct cnl_socket *socket, uint64_t deadline)
{
    socket->deadline = deadline;
}

void cnl_close(struct cnl_socket *socket)
{
    mnl_socket_close(socket->mnl);
    free(socket);
}
