// SPDX-License-Identifier: Apache-2.0

#include "CNetlinkTestSupport.h"

#include "../../../Sources/CNetlink/socket.h"

#include <errno.h>
#include <linux/netlink.h>
#include <unistd.h>

void cnlt_set_receive_size(struct cnl_socket *socket, size_t size)
{
    socket->buffer_size = size < sizeof socket->buffer ? size : sizeof socket->buffer;
}

int cnlt_send_forged_message(const struct cnl_socket *target)
{
    int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    if (descriptor < 0)
        return errno;
    struct nlmsghdr message = {
        .nlmsg_len = sizeof message,
        .nlmsg_type = NLMSG_NOOP,
        .nlmsg_seq = target->last_sequence + 1,
        .nlmsg_pid = target->port_id,
    };
    struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_pid = target->port_id};
    ssize_t sent = sendto(descriptor, &message, sizeof message, 0, (struct sockaddr *)&address, sizeof address);
    int error_number = sent < 0 ? errno : 0;
    close(descriptor);
    return error_number;
}
